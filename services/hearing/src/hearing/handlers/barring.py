"""A matter that others decide is not heard: said by whoever asks, or known to routing."""

from collections.abc import Iterable

from hearing.domain.matter import Matter
from hearing.domain.requesting import bar_of
from hearing.errors import HearingBarred
from hearing.office import Office


def refuse_barred(matter: Matter, office: Office, elsewhere: Iterable[str] = ()) -> None:
    """Let pass what neither a court, nor arbitration, nor administrative review has.

    Raises:
        HearingBarred: by the rules of the case it is not heard meanwhile.
    """
    if bar := barred_by(matter, office, elsewhere):
        raise HearingBarred(procedure=bar)


def barred_by(matter: Matter, office: Office, elsewhere: Iterable[str] = ()) -> str:
    """The procedure that keeps a matter from being heard now; empty when there is none."""
    rule = office.profile_of(matter.regulation).rules.hearing
    outside = office.directory().outside if matter.referred_to else {}
    kinds = [outside[body].kind for body in matter.referred_to if body in outside]
    return bar_of(matter, elsewhere, rule, kinds)
