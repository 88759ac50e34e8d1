"""How fast this machine is just now, so that tests of speed ask for the same on a slow and a busy one."""

import re
import time


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
