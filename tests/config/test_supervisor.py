"""The supervising command, with real processes that stand in for web, worker and clock."""

import io
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from insek.config.supervisor import (
    Child,
    PortTaken,
    Supervisor,
    first_free_port,
    hold_first_free_port,
    hold_port,
    port_is_free,
)

SCRIPT = """
import sys
from insek.config.supervisor import Child, Supervisor
sleeper = [sys.executable, "-c", {child!r}]
sys.exit(Supervisor([Child("web", sleeper), Child("clock", sleeper)], out=sys.stdout).run())
"""
SLEEPER = "import os, time; print('pid', os.getpid(), flush=True); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEPER


@pytest.fixture
def house():
    started: list[subprocess.Popen[str]] = []

    def start(child: str = SLEEPER) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT.format(child=child)],
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
        process.wait(20)
        process.stdout.close()


def next_pid(process: subprocess.Popen[str]) -> tuple[str, int]:
    """Read on until a child tells its process id; return the child's name with it."""
    while line := process.stdout.readline():
        name, _bar, text = line.partition("│")
        if text.strip().startswith("pid "):
            return name.strip(), int(text.split()[1])
    raise AssertionError("the house ended without a word")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_child_is_started_again(house):
    process = house()
    first = dict([next_pid(process), next_pid(process)])
    os.kill(first["web"], signal.SIGKILL)
    name, pid = next_pid(process)
    assert (name, pid != first["web"], alive(first["clock"])) == ("web", True, True)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_signal_ends_everything_with_code_0(house, number):
    process = house()
    pids = [next_pid(process)[1], next_pid(process)[1]]
    process.send_signal(number)
    assert process.wait(5) == 0
    assert [pid for pid in pids if alive(pid)] == []


def test_a_child_that_does_not_stop_is_killed(monkeypatch):
    monkeypatch.setattr("insek.config.supervisor.GRACE_SECONDS", 0.3)
    child = Child("web", [sys.executable, "-c", STUBBORN])
    out = io.StringIO()
    supervisor = Supervisor([child], out=out)

    def stop_once_started() -> None:
        while "pid" not in out.getvalue():
            time.sleep(0.02)
        supervisor.stopping.set()

    assert supervisor.run(on_start=stop_once_started) == 0
    assert child.process is not None and child.process.returncode == -signal.SIGKILL


def test_a_child_that_keeps_dying_is_started_at_growing_intervals(tmp_path: Path):
    child = Child("worker", [sys.executable, "-c", "raise SystemExit(3)"])
    out = io.StringIO()
    supervisor = Supervisor([child], out=out)

    def stop_after_two_deaths() -> None:
        while out.getvalue().count("Code 3") < 2:
            time.sleep(0.05)
        supervisor.stopping.set()

    supervisor.run(on_start=stop_after_two_deaths)
    assert out.getvalue().splitlines() == [
        "worker │ beendet (Code 3), neuer Start in 0.5 s",
        "worker │ beendet (Code 3), neuer Start in 1.0 s",
    ]


def test_json_lines_pass_and_other_lines_are_wrapped():
    out = io.StringIO()
    supervisor = Supervisor([], out=out, json_lines=True)
    supervisor.say("web", '{"level": "info"}')
    supervisor.say("clock", "Größe „5“")
    assert out.getvalue().splitlines() == [
        '{"level": "info"}',
        '{"level": "info", "process": "clock", "message": "Größe „5“"}',
    ]


def test_the_next_free_port_is_found_and_a_taken_one_known():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not port_is_free("127.0.0.1", port)
        assert first_free_port("127.0.0.1", port) > port
        with pytest.raises(PortTaken, match=f"von {port} bis {port} sind belegt"):
            first_free_port("127.0.0.1", port, tries=1)


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return probe.getsockname()[1]


def test_a_held_port_is_taken_before_anybody_listens_on_it():
    port = free_port()
    with hold_port("127.0.0.1", port):
        assert not port_is_free("127.0.0.1", port)
        with pytest.raises(PortTaken, match="zweites INSEK"):
            hold_port("127.0.0.1", port)
        following, other = hold_first_free_port("127.0.0.1", port)
        with other:
            assert following > port
    assert port_is_free("127.0.0.1", port)


def test_of_many_that_start_in_the_same_moment_one_gets_the_port():
    port, start = free_port(), threading.Barrier(8)
    held, refused = [], []

    def want():
        start.wait()
        try:
            held.append(hold_port("127.0.0.1", port))
        except PortTaken:
            refused.append(port)

    wanting = [threading.Thread(target=want) for _number in range(8)]
    for thread in wanting:
        thread.start()
    for thread in wanting:
        thread.join()
    for holder in held:
        holder.close()
    assert (len(held), len(refused)) == (1, 7)


def test_every_request_to_a_held_port_reaches_the_server_that_shares_it():
    port = free_port()
    with hold_port("127.0.0.1", port), socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        server.bind(("127.0.0.1", port))
        server.listen(20)
        server.settimeout(5)
        for _number in range(20):
            with socket.create_connection(("127.0.0.1", port), timeout=5):
                server.accept()[0].close()
        assert not port_is_free("127.0.0.1", port)
