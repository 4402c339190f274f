"""How far a year's notice settles that year.

The notice of a year has five times reached back into the last week of the year before it
(2006, 2007, 2011, 2018, and rest days in 2022): always when New Year fell on a Sunday, Monday or
Tuesday, because then the three days off are joined to a weekend on the far side. In such a year
the last days stay provisional until the next notice.
"""

from datetime import date

REACHED_FROM = 26
_BRIDGED = {6, 0, 1}  # Sunday, Monday, Tuesday as date.weekday() counts


def last_final_day(year: int) -> date:
    """The last day of `year` that its own notice settles."""
    reaches_back = date(year + 1, 1, 1).weekday() in _BRIDGED
    return date(year, 12, REACHED_FROM - 1) if reaches_back else date(year, 12, 31)
