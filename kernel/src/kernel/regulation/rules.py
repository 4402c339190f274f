"""The rules of the profile that are no clocks. Every section carries its article."""

import msgspec

from kernel.divisions import Tier
from kernel.regulation.clocks import Citation
from kernel.regulation.values import (
    Abstention,
    Asking,
    Dissatisfied,
    HearingSilence,
    Procedure,
    ReviewBody,
    Silence,
    Unit,
)


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    article: Citation = ()


class SmallGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A group of at most so many people sends at most so many representatives."""

    up_to_people: int
    most: int


class Representatives(_Rule, frozen=True, kw_only=True):
    """Joint visits: how many may speak, and from how many people a matter is collective."""

    most: int
    collective_from: int
    small_groups: tuple[SmallGroup, ...] = ()

    def most_for(self, people: int) -> int:
        """How many representatives a group of that size may name."""
        fitting = [g.most for g in self.small_groups if people <= g.up_to_people]
        return min([*fitting, self.most])


class Circling(_Rule, frozen=True, kw_only=True):
    """防空转: when passing on is frozen and the common superior must designate."""

    most_handovers: int
    freeze_on_return_visit: bool
    substantive_acts: tuple[str, ...]
    """Between two visits of one unit, one of these must have happened."""


class SkipLevel(_Rule, frozen=True, kw_only=True):
    """跨级: a hand-over past a tier, when it is allowed and who gets a copy."""

    id: str
    from_tier: Tier
    to_tier: Tier
    when: tuple[str, ...]
    copied: tuple[str, ...]


class SilenceRule(_Rule, frozen=True, kw_only=True):
    """What silence at the end of a clock means."""

    clock: str
    means: Silence


class Quota(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """At least so many members of a panel are of one kind of the pool."""

    kind: str
    least: int


class Midday(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The break at noon of whoever has no hours of his own, as HH:MM in Asia/Shanghai."""

    begins: str
    ends: str


class Hearing(_Rule, frozen=True, kw_only=True):
    """Hearings 听证: who asks, deciding, notice, panel, persons, serving the conclusion.

    Minutes are those a hearing is planned for; `quotas` are of the kinds of the node's pool.
    Objecting and acknowledging have working days from the notice.
    """

    notice_days: int
    notice_unit: Unit
    held_within_days: int
    panel_least: int
    panel_odd: bool
    representatives_most: int
    agents_most: int
    conclusion_days_on_the_spot: int
    conclusion_days_later: int
    triggers: tuple[str, ...]
    barred: tuple[str, ...]
    asked_by: tuple[Asking, ...] = tuple(Asking)
    decision_days: int = 5
    decision_unit: Unit = Unit.WORKING_DAYS
    silence: HearingSilence = HearingSilence.REPORTED_UP
    panel_most: int = 15
    quotas: tuple[Quota, ...] = ()
    minutes: int = 120
    minutes_most: int = 480
    objection_days: int = 5
    acknowledge_days: int = 3
    abstention: Abstention = Abstention.REFUSED
    published_days_most: int = 180
    midday: Midday | None = None


class Placement(_Rule, frozen=True, kw_only=True):
    """Which tier gets a new case, and what a village may never hold."""

    start_tier: Tier
    tier_by_colour: dict[str, Tier]
    village_refuses: tuple[str, ...]
    joint_visit_levels_above: int


class Satisfaction(_Rule, frozen=True, kw_only=True):
    """What a dissatisfied answer leads to, per procedure; by which clock residents are asked.

    Without a `call_back_clock` nobody is called back.
    """

    dissatisfied: dict[Procedure, Dissatisfied]
    call_back_by_handler: bool
    call_back_clock: str = ""


class Review(_Rule, frozen=True, kw_only=True):
    """Who reviews, and whether the same facts may come again after re-review."""

    body: ReviewBody
    again_after_rereview: bool


class Difficulty(_Rule, frozen=True, kw_only=True):
    """One degree of difficulty: its clock and the tier it starts at."""

    clock: str
    tier: Tier


class Mediation(_Rule, frozen=True, kw_only=True):
    """How far the sides decide whether they are mediated, and by whom."""

    consent_before_session: bool = False
    """Nobody sits down before each side is on record as wanting to (人民调解法 23)."""
    recusal_by_one_side: bool = False
    """One side's request is enough to replace a mediator; otherwise both sides', or an interest."""
    closing_waits_for: tuple[str, ...] = ("hardship", "special_group")
    """Kinds of measures of the plan that are met, or on file as dropped and why, before closing."""


class Inviting(_Rule, frozen=True, kw_only=True):
    """People invited to help at one session or reception: on whose word, and how long they see."""

    consent_to_session: bool = True
    """The parties who are called agree to each who is invited (人民调解法 20)."""
    consent_to_reception: bool = True
    sight_days_after: int = 0
    """How many days after the meeting what it was about may be read again."""


class Service(_Rule, frozen=True, kw_only=True):
    """Within what a paper is served whose service starts a clock; without a clock no day is set."""

    clock: str = ""
    by_kind: dict[str, str] = {}
    """Another clock for a kind of paper, where a text names one."""

    def clock_of(self, kind: str) -> str:
        """The clock of a kind of paper; empty when there is none."""
        return self.by_kind.get(kind, self.clock)


class Rules(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """All rules that are no clocks."""

    representatives: Representatives
    circling: Circling
    skip_level: tuple[SkipLevel, ...]
    silence: tuple[SilenceRule, ...]
    sign_for_clock: str
    hearing: Hearing
    placement: Placement
    satisfaction: Satisfaction
    review: Review
    difficulty: dict[str, Difficulty]
    mediation: Mediation = Mediation()
    inviting: Inviting = Inviting()
    service: Service = Service()
