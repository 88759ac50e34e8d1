"""How fast this machine is just now, so that tests of speed ask for the same on a slow and a busy one."""

import re
import time
from collections.abc import Callable

from django.template import Context, Template


def yardstick() -> float:
    """Seconds of processor time for a fixed piece of work of the kind that reading in does: texts, numbers, dictionaries.

    About 0.5 on the machine on which the limits were set.
    """
    began = time.process_time()
    seen: dict[str, int] = {}
    for number in range(300_000):
        text = f"Bezirk {number % 97};{number}"
        if re.fullmatch(r"[\w ]+;\d+", text):
            seen[text[:9]] = seen.get(text[:9], 0) + len(text.split(";"))
    return time.process_time() - began


ROWS = [
    {"name": f"Ort {number}", "values": [number * 1.5 + part for part in range(6)]} for number in range(400)
]


def drawing_yardstick() -> float:
    """Seconds of processor time for a fixed piece of work of the kind that a page does: a template of many numbers.

    About 0.043 on the machine on which the limits were set. Where others use the same core it suffers more than `yardstick`, and so do pages.
    """
    template = Template(
        "{% for row in rows %}<tr><td>{{ row.name }}</td>{% for value in row.values %}"
        "{% if value %}<td>{{ value|floatformat:1 }}</td>{% else %}<td></td>{% endif %}{% endfor %}</tr>{% endfor %}"
    )
    began = time.process_time()
    template.render(Context({"rows": ROWS}))
    return time.process_time() - began


def slowdown() -> float:
    """How many times slower this machine is just now than the one on which the limits were set; never less than 1."""
    return max(1.0, yardstick() / 0.5, drawing_yardstick() / 0.043)


def quickest(act: Callable[[], object], limit: float, *, tries: int = 12, pause: float = 0.5) -> float:
    """Seconds of processor time ``act`` takes on the machine on which the limits were set: of several tries the quickest.

    What a page needs it needs each time; what others on the machine add to it comes and goes. So it is tried again, after pauses that grow by
    ``pause``, until it stays under ``limit`` or ``tries`` are used up; the yardsticks are taken beside each try that did not.
    """
    best = float("inf")
    for at in range(tries):
        began = time.process_time()
        act()
        took = time.process_time() - began
        if took > limit:
            took /= slowdown()
        best = min(best, took)
        if best <= limit:
            break
        if at > 2:
            time.sleep(pause * (at - 2))
    return best
