"""Mutation testing: makes one small fault after the other in a module and looks whether a test notices.

    .venv/bin/python tools/mutants.py light                  the modules named in GROUPS, with the tests named there
    .venv/bin/python tools/mutants.py light --sample 60      so many of the faults, always the same; others with --seed
    .venv/bin/python tools/mutants.py light --again FILE     those that FILE, the output of an earlier run, names as alive
    .venv/bin/python tools/mutants.py --fault FILE           faults somebody wrote down, see docs/developers/testing.md

One process imports Django and runs the tests once, looking which lines each of them reaches. Then it forks for each fault, changes the code of
the running functions (and runs statements of the module anew), and runs the tests that reach the place, the quickest first. Databases are in
memory, so each fork has its own.
"""

from __future__ import annotations

import argparse
import ast
import copy
import functools
import gc
import importlib
import os
import random
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, NoReturn

from mutations import ROOT, Mutant, mutants_of, written_faults

EQUIVALENT = ROOT / "docs" / "developers" / "equivalent-mutants.txt"
SEED = 6
GROUPS: dict[str, tuple[list[str], list[str]]] = {
    "state": (["steering/status.py"], ["steering/test_status.py"]),
    "light": (["engines/course.py", "steering/light.py"], ["engines/test_course.py", "engines/test_course_figures.py", "steering/test_light.py", "steering/test_light_figures.py"]),
    "gate": (
        ["thread/audience.py", "thread/known_ids.py", "thread/models.py", "thread/withdrawing.py", "release/acts.py", "release/also_published.py", "release/models.py", "release/public_history.py", "release/releases.py", "release/revising.py"],
        ["release", "thread/test_gate.py", "thread/test_shared_cache.py", "thread/test_what_must_not_pass.py", "people/test_prepared.py", "publish/test_revising.py", "publish/test_released_together.py", "council/test_drafts.py", "evidence/test_deliveries.py"],
    ),
    "rules": (["*/rules.py", "people/actors.py", "people/roles.py", "people/services.py"], ["people/test_rules.py", "people/test_services.py", "strategy/test_goals_and_measures.py"]),
    "locking": (["people/locking.py", "thread/services.py", "thread/row_acts.py"], ["thread/test_services.py", "thread/test_rows.py", "thread/test_what_must_not_pass.py", "thread/test_two_at_once.py", "thread/test_history.py", "thread/test_cleaning.py", "people/test_services.py", "steering/test_services.py", "release"]),
    "numbers": (["engines/numbers.py", "participation/numbers.py"], ["engines/test_numbers.py", "participation/test_numbers.py"]),
    "package": (["package/*.py"], ["package", "council/test_freezing.py"]),
}  # fmt: skip
"""What is changed, and the tests that shall notice."""
LONGEST = 40
"""Seconds of tests (as the first run took them) after which a fault counts as alive."""


def children_of(code: CodeType) -> list[CodeType]:
    """The functions and classes within a piece of code."""
    return [const for const in code.co_consts if isinstance(const, CodeType)]


def differing(old: CodeType, new: CodeType) -> Iterator[tuple[CodeType, CodeType]]:
    """Pairs of functions of two versions of a file that differ, the outer ones too."""
    olds, news = children_of(old), children_of(new)
    for before, after in zip(olds, news, strict=False):
        if before.co_name == after.co_name and before != after:
            yield before, after
            yield from differing(before, after)


class _WithoutLambdas(ast.NodeTransformer):
    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return ast.copy_location(ast.Constant(None), node)


def shape_of(statement: ast.stmt) -> str:
    """A statement as text, without what stands in small functions: those are changed as they run."""
    return ast.dump(_WithoutLambdas().visit(copy.deepcopy(statement)))


def names_in(statement: ast.stmt, way: type) -> set[str]:
    """The names a statement reads or sets."""
    return {
        node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, way)
    }


@dataclass
class Module:
    """A module that is being changed: its functions as they run, and its statements."""

    path: Path
    name: str
    code: CodeType = field(init=False)
    tree: ast.Module = field(init=False)
    functions: list[FunctionType] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.tree = ast.parse(self.path.read_text(encoding="utf-8"))
        self.code = compile(self.tree, str(self.path), "exec", dont_inherit=True)
        importlib.import_module(self.name)

    def apply(self, tree: ast.Module) -> bool:
        """Change what runs; false where nothing could be changed."""
        new = compile(tree, str(self.path), "exec", dont_inherit=True)
        done = False
        for before, after in differing(self.code, new):
            for function in self.functions:
                if function.__code__ == before and len(before.co_freevars) == len(after.co_freevars):
                    function.__code__ = after
                    done = True
        changed: set[str] = set()
        for old_statement, statement in zip(self.tree.body, tree.body, strict=True):
            differs = shape_of(old_statement) != shape_of(statement)
            if isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.Import | ast.ImportFrom):
                if differs and isinstance(statement, ast.FunctionDef):
                    changed.add(statement.name)
            elif differs or changed & names_in(statement, ast.Load):
                if isinstance(statement, ast.Expr) and not ast.unparse(statement).startswith(
                    "rules.add_rule"
                ):
                    if differs:
                        return False  # what is registered once is not registered again
                    continue
                if isinstance(statement, ast.Pass):
                    import rules

                    rules.remove_rule(ast.literal_eval(old_statement.value.args[0]))  # type: ignore[attr-defined]  # what is left out
                else:
                    self._run(statement)
                changed |= names_in(statement, ast.Store)
                done = True
        return done

    def is_run_at_start(self, scope: str) -> bool:
        """Whether a function is called when the module is imported."""
        statements = [s for s in self.tree.body if not isinstance(s, ast.FunctionDef | ast.ClassDef)]
        return any(scope.split(".")[0] in names_in(statement, ast.Load) for statement in statements)

    def _run(self, statement: ast.stmt) -> None:
        """Run a statement of the module anew; whoever imported what it names gets the new value."""
        import rules

        module = sys.modules[self.name]
        before = dict(vars(module))
        rules.add_rule = rules.set_rule
        space = dict(vars(module)) | {"rules": rules}
        exec(compile(ast.Module([statement], []), str(self.path), "exec", dont_inherit=True), space)
        for name, value in space.items():
            if name in before and before[name] is not value:
                for other in list(sys.modules.values()):
                    if (
                        getattr(other, "__name__", "").startswith(("insek", "tests"))
                        and vars(other).get(name) is before[name]
                    ):
                        setattr(other, name, value)


class Runner:
    """A plugin of pytest that runs the tests once and then again for each fault, in forks."""

    def __init__(self, paths: list[Path], mutants: list[Mutant], equivalent: set[str], verbose: bool) -> None:
        self.paths, self.mutants, self.equivalent, self.verbose = paths, mutants, equivalent, verbose
        self.lines: dict[tuple[str, int], set[int]] = defaultdict(set)
        self.seconds: dict[int, float] = {}
        self.not_alone: set[int] = set()
        self.failed = False

    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Any:
        """Making the database is not looked at: it would take five times as long."""
        tracing = sys.gettrace()
        if fixturedef.scope == "session":
            sys.settrace(None)
        try:
            return (yield)
        finally:
            sys.settrace(tracing)

    def pytest_runtest_logreport(self, report: Any) -> None:
        self.failed = self.failed or report.failed

    def pytest_runtestloop(self, session: Any) -> bool:
        items = session.items
        modules = {
            path: Module(
                path, ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
            )
            for path in self.paths
        }
        self._first_run(items)
        for found in gc.get_objects():
            if type(found) is FunctionType and (module := modules.get(Path(found.__code__.co_filename))):
                module.functions.append(found)
        started = time.monotonic()
        for at, mutant in enumerate(self.mutants, 1):
            self._try(mutant, modules[mutant.path], items)
            if self.verbose or mutant.outcome in ("survived", "unreached"):
                passed = f"{at}/{len(self.mutants)} {time.monotonic() - started:.0f} s"
                print(f"[{passed}] {mutant.outcome}, {mutant.tests} tests {mutant.by}: {mutant}", flush=True)
        return True

    def _first_run(self, items: list[Any]) -> None:
        wanted = {str(path) for path in self.paths}
        hit: set[tuple[str, int]] = set()

        def local(frame: Any, event: str, arg: Any) -> Any:
            hit.add((frame.f_code.co_filename, frame.f_lineno))
            return local

        def trace(frame: Any, event: str, arg: Any) -> Any:
            if frame.f_code.co_filename in wanted:
                hit.add((frame.f_code.co_filename, frame.f_lineno))
                return local
            return None

        for at, item in enumerate(items):
            hit.clear()
            began = time.monotonic()
            next_item = items[at + 1] if at + 1 < len(items) else items[0]
            sys.settrace(trace)
            try:
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=next_item)
            finally:
                sys.settrace(None)
            self.seconds[at] = time.monotonic() - began
            for place in hit:
                self.lines[place].add(at)
            if self.failed:
                print(f"left out, since it fails without any fault: {item.nodeid}", flush=True)
                self.failed = False
                self.not_alone.add(at)
        while (found := self._forked([items[at] for at in self._quickest(self.seconds)], lambda: True))[0]:
            if not found[1]:
                raise SystemExit("a fork ends without a test that fails")
            print(f"left out, since it fails in another order: {found[1]}", flush=True)
            self.not_alone |= {at for at, item in enumerate(items) if item.nodeid == found[1]}

    def _try(self, mutant: Mutant, module: Module, items: list[Any]) -> None:
        if mutant.key in self.equivalent:
            mutant.outcome = "equivalent"
            return
        lines = range(mutant.line, min(mutant.last_line, mutant.line + 12) + 1)
        reached = {at for line in lines for at in self.lines.get((str(mutant.path), line), ())}
        if mutant.scope == "module" or module.is_run_at_start(mutant.scope):
            reached = set(range(len(items)))
        chosen = self._quickest(reached)
        mutant.tests = len(chosen)
        if not chosen:
            mutant.outcome = "unreached"
            return
        code, mutant.by = self._forked([items[at] for at in chosen], lambda: module.apply(mutant.tree))
        mutant.outcome = {0: "survived", 3: "impossible"}.get(code, "killed")

    def _quickest(self, places: Iterable[int]) -> list[int]:
        """The tests at these places, the quickest first, as many as fit into LONGEST seconds."""
        chosen, sum_of = [], 0.0
        for at in sorted(set(places) - self.not_alone, key=lambda at: self.seconds[at]):
            sum_of += self.seconds[at]
            if chosen and sum_of > LONGEST:
                break
            chosen.append(at)
        return chosen

    def _forked(self, items: list[Any], change: Callable[[], bool]) -> tuple[int, str]:
        """Run tests in a fork after a change, until one fails; how it ended, and which failed."""
        reading, writing = os.pipe()
        pid = os.fork()
        if pid == 0:
            self._run_in_fork(items, change, writing)
        os.close(writing)
        with os.fdopen(reading) as told:
            failed = told.read()
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), failed

    def _run_in_fork(self, items: list[Any], change: Callable[[], bool], writing: int) -> NoReturn:
        silent = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silent, 1)
        os.dup2(silent, 2)
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(5 * LONGEST)  # who runs for ever is noticed too
        try:
            if not change():
                os._exit(3)
            for found in gc.get_objects():
                if type(found) is functools._lru_cache_wrapper and str(found.__module__).startswith(
                    ("insek", "tests")
                ):
                    found.cache_clear()
            self.failed = False
            items[0].config.pluginmanager.unregister(name="terminalreporter")
            for item, following in zip(items, [*items[1:], items[-1]], strict=True):
                item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
                if self.failed:
                    os.write(writing, item.nodeid.encode())
                    os._exit(1)
            os._exit(0)
        finally:
            os._exit(1)


def main() -> int:
    """Run; the number of survivors is no error, the tool only tells."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("group", nargs="?", choices=[*GROUPS])
    parser.add_argument("--fault", type=Path)
    parser.add_argument("--tests", nargs="+", default=[])
    parser.add_argument("--only", default="", help="part of a file's name")
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=SEED, help="another sample than the last")
    parser.add_argument(
        "--again", type=Path, help="output of an earlier run: try those that it names as alive"
    )
    parser.add_argument("--verbose", action="store_true")
    told = parser.parse_args()
    if told.fault:
        mutants, tests = written_faults(told.fault), told.tests
        paths = sorted({mutant.path for mutant in mutants})
    else:
        sources, tests = GROUPS[told.group]
        tests = told.tests or tests
        paths = sorted(
            {path for pattern in sources for path in (ROOT / "insek").glob(pattern) if told.only in str(path)}
        )
        mutants = [mutant for path in paths for mutant in mutants_of(path)]
    whole = len(mutants)
    if told.sample and told.sample < whole:
        mutants = sorted(
            random.Random(told.seed).sample(mutants, told.sample), key=lambda m: (m.path, m.line)
        )
    if told.again:
        named = told.again.read_text(encoding="utf-8").splitlines()
        mutants = [mutant for mutant in mutants if any(mutant.is_named_in(line) for line in named)]
    lines = EQUIVALENT.read_text(encoding="utf-8").splitlines() if EQUIVALENT.exists() else []
    equivalent = {line.rpartition(" | ")[0] for line in lines if line.strip()}

    os.environ |= {"INSEK_ENV": "test", "INSEK_DATABASE_URL": ""}
    os.chdir(ROOT)
    sys.path.insert(0, str(ROOT))
    import pytest

    Runner.pytest_fixture_setup = pytest.hookimpl(wrapper=True)(Runner.pytest_fixture_setup)
    runner = Runner(paths, mutants, equivalent, told.verbose)
    options = ["-q", "-p", "no:cacheprovider", "-p", "no:xdist", "-m", "not slow and not journey"]
    pytest.main([*options, *(f"tests/{name}" for name in tests)], plugins=[runner])
    count: dict[str, int] = defaultdict(int)
    for mutant in mutants:
        count[mutant.outcome] += 1
    tried = sum(n for outcome, n in count.items() if outcome not in ("impossible", "equivalent"))
    alive = count["survived"] + count["unreached"]
    print(f"{told.group or told.fault}: {whole} faults, {len(mutants)} tried: {dict(count)}")
    print(f"alive {alive} of {tried} ({100 * alive / max(1, tried):.1f} %)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
