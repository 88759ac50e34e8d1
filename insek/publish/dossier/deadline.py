"""The three months of § 36a BauGB: until when a consent can be refused before it counts as given.

§ 36a (1) sentence 4 BauGB; counted by §§ 187 (1), 188 (2) and (3) BGB: the day of receipt does not count, the last day has its number,
or is the last of a month that is too short. Where that day is a Saturday, Sunday or holiday, § 193 BGB would move it on; whether that
holds for a consent that the law itself supposes is not beyond dispute, so the earlier day is named first.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from insek.engines.holidays import is_working_day, working_day_from

MONTHS = 3


@dataclass(frozen=True)
class ConsentClock:
    """A request for consent that was received on a day, seen on another (``today``)."""

    received: date
    today: date
    state: str = ""
    """State of the Federation (two letters), for its holidays."""

    @property
    def ends(self) -> date:
        """The last day of the three months."""
        year, month = divmod(self.received.month - 1 + MONTHS, 12)
        year, month = self.received.year + year, month + 1
        return date(year, month, min(self.received.day, monthrange(year, month)[1]))

    @property
    def is_working_day(self) -> bool:
        """Whether that is a working day."""
        return is_working_day(self.ends, self.state)

    @property
    def moved_to(self) -> date:
        """The working day on which it would end by § 193 BGB."""
        return working_day_from(self.ends, self.state)

    @property
    def safe(self) -> date:
        """The last working day on which a refusal is in time whichever way one counts."""
        day = self.ends
        while not is_working_day(day, self.state):
            day -= timedelta(days=1)
        return day

    @property
    def counts_as_given(self) -> date:
        """The first day on which the consent counts as given."""
        return self.ends + timedelta(days=1)

    @property
    def days_left(self) -> int:
        """Days from today to the last day; negative when it is over."""
        return (self.ends - self.today).days
