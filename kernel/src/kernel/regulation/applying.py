"""Whether a clock of the profile is meant for a matter at all."""

from kernel.regulation.clocks import Clock

ARTICLE_31_6 = "article_31_6"
UNKNOWN = frozenset({"name_unknown", "address_unknown"})
SEEKING = frozenset({"", "redress", "help"})
"""Purposes that ask for a decision (申诉求决); of one not known yet the resident's clock runs."""


def conditions(
    *, procedure: str, purpose: str, litigation: bool, reachable: bool = True
) -> frozenset[str]:
    """The words of a profile's `only_if` and `not_owed_if` that hold for a matter.

    《信访工作条例》31 divides what asks for a decision; its sixth branch is what no other procedure
    takes: not litigation, not a statutory route. Suggestions, enquiries and thanks are answered
    under other articles (29), without its sixty days.
    """
    sixth = purpose in SEEKING and procedure == "petition" and not litigation
    found = frozenset({ARTICLE_31_6}) if sixth else frozenset()
    return found if reachable else found | UNKNOWN


def applies(clock: Clock, procedure: str, holding: frozenset[str]) -> bool:
    """Whether the clock is meant for a procedure under these conditions (see `conditions`)."""
    procedures = {one.value for one in clock.procedures}
    fits = not procedures or procedure in procedures
    return (
        fits
        and set(clock.only_if) <= holding
        and not (clock.not_owed_if and set(clock.not_owed_if) & holding)
    )
