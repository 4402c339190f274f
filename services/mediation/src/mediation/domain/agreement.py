"""An agreement: its parts, who signs, from when it is in force and whom it binds (调解法 28–31)."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum
from uuid import UUID

from mediation.domain.words import AgreementForm, MediationKind, Side, Signing

NEED_WRITING = frozenset({"petition", "court_entrusted"})
"""Procedures whose agreements are written: 条例 33 and the court's file."""
LABOUR = "labour"
"""A category whose agreements are written (劳动争议法 14)."""


class Part(Enum):
    """What a written agreement says (调解法 29)."""

    PARTIES = "parties"
    FACTS = "facts"
    DISPUTE = "dispute"
    RESPONSIBILITY = "responsibility"
    CONTENT = "content"
    MANNER = "manner"
    PLACE = "place"
    PERIOD = "period"


class Gap(Enum):
    """What an agreement lacks; each has a text in the catalogue."""

    PART_MISSING = "AGREEMENT_PART_MISSING"
    SIDE_MISSING = "AGREEMENT_SIDE_MISSING"
    SIGNATURE_MISSING = "AGREEMENT_SIGNATURE_MISSING"
    MEDIATOR_MISSING = "AGREEMENT_MEDIATOR_MISSING"
    SEAL_MISSING = "AGREEMENT_SEAL_MISSING"
    RECORD_MISSING = "AGREEMENT_RECORD_MISSING"
    NEEDS_WRITING = "AGREEMENT_NEEDS_WRITING"


@dataclass(frozen=True, slots=True)
class Lack:
    """One gap: the part or the party it is about, where it is about one."""

    gap: Gap
    part: Part | None = None
    party_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Signatory:
    """A party to the agreement. A member of a group is bound only by a signature of its own."""

    party_id: UUID
    side: Side
    group_member: bool = False


@dataclass(frozen=True, slots=True)
class Signature:
    """That a party signed, in whose name and when."""

    party_id: UUID
    at: datetime
    by: Signing = Signing.SELF


@dataclass(frozen=True, slots=True)
class Agreement:
    """One version of an agreement. A changed text is another version, which nobody has signed."""

    form: AgreementForm
    kind: MediationKind
    version: int
    signatories: tuple[Signatory, ...]
    parts: frozenset[Part] = frozenset()
    signatures: tuple[Signature, ...] = ()
    mediator_signed_at: datetime | None = None
    sealed_at: datetime | None = None
    recorded_at: datetime | None = None
    owing: frozenset[UUID] = frozenset()

    def rewritten(self, parts: Collection[Part]) -> "Agreement":
        """The next version: a signature was given for the text that it stands under."""
        return replace(
            self,
            version=self.version + 1,
            parts=frozenset(parts),
            signatures=(),
            mediator_signed_at=None,
            sealed_at=None,
            recorded_at=None,
        )

    def needs_hand_of(self, one: Signatory) -> bool:
        """Whether nothing is in force without this hand; a member of a group is free to give it.

        Unless it owes something: nobody can be in default of what does not bind him.
        """
        return not one.group_member or one.party_id in self.owing

    def signed_at(self, party_id: UUID) -> datetime | None:
        """When a party signed first; None when it has not."""
        return min((s.at for s in self.signatures if s.party_id == party_id), default=None)


def must_be_written(kind: MediationKind, procedure: str, category: str) -> bool:
    """Whether an oral agreement will not do: it is for people's mediation only."""
    return kind is not MediationKind.PEOPLES or procedure in NEED_WRITING or category == LABOUR


def lacks(agreement: Agreement, *, procedure: str = "", category: str = "") -> tuple[Lack, ...]:
    """Everything that stands between the agreement and its being in force, in reading order.

    Of an oral one the mediator writes down what was agreed (调解法 28).
    """
    if agreement.form is AgreementForm.WRITTEN:
        return (*_lacking_parts(agreement), *_lacking_hands(agreement))
    found = [] if agreement.recorded_at else [Lack(Gap.RECORD_MISSING)]
    if Part.CONTENT not in agreement.parts:
        found.append(Lack(Gap.PART_MISSING, part=Part.CONTENT))
    if must_be_written(agreement.kind, procedure, category):
        found.append(Lack(Gap.NEEDS_WRITING))
    return (*_lacking_sides(agreement), *_lacking_members(agreement), *found)


def _lacking_parts(agreement: Agreement) -> Iterator[Lack]:
    return (Lack(Gap.PART_MISSING, part=part) for part in Part if part not in agreement.parts)


def _lacking_sides(agreement: Agreement) -> Iterator[Lack]:
    present = {signatory.side for signatory in agreement.signatories}
    return (Lack(Gap.SIDE_MISSING) for side in Side if side not in present)


def _lacking_hands(agreement: Agreement) -> Iterator[Lack]:
    """Sides and hands: every party, of a group one member and who owes; mediator and seal."""
    yield from _lacking_sides(agreement)
    for signatory in agreement.signatories:
        if agreement.needs_hand_of(signatory) and agreement.signed_at(signatory.party_id) is None:
            yield Lack(Gap.SIGNATURE_MISSING, party_id=signatory.party_id)
    for side in Side:
        if _is_group_without_hand(agreement, side):
            yield Lack(Gap.SIGNATURE_MISSING)
    if agreement.mediator_signed_at is None:
        yield Lack(Gap.MEDIATOR_MISSING)
    if agreement.sealed_at is None:
        yield Lack(Gap.SEAL_MISSING)


def _lacking_members(agreement: Agreement) -> Iterator[Lack]:
    """Members of a group who owe under an oral agreement that they put no hand to."""
    for one in agreement.signatories:
        owes = one.group_member and agreement.needs_hand_of(one)
        if owes and agreement.signed_at(one.party_id) is None:
            yield Lack(Gap.SIGNATURE_MISSING, party_id=one.party_id)


def _is_group_without_hand(agreement: Agreement, side: Side) -> bool:
    """Whether a side is nothing but a group of which nobody has signed."""
    of_side = [signatory for signatory in agreement.signatories if signatory.side is side]
    members_only = bool(of_side) and all(signatory.group_member for signatory in of_side)
    return members_only and not any(agreement.signed_at(one.party_id) for one in of_side)


def in_force_from(
    agreement: Agreement, *, procedure: str = "", category: str = ""
) -> datetime | None:
    """When it came into force; None while something is missing.

    Written: with the last of the hands that it needs and the seal (调解法 29). Oral: when the
    parties reached it, which is when the mediator recorded it (调解法 30). What a further member
    of a group signs later moves nothing.
    """
    if lacks(agreement, procedure=procedure, category=category):
        return None
    if agreement.form is AgreementForm.ORAL:
        members = (one for one in agreement.signatories if one.group_member)
        hands = (agreement.signed_at(m.party_id) for m in members if agreement.needs_hand_of(m))
        return max(filter(None, (agreement.recorded_at, *hands)))
    return max(_needed_hands(agreement))


def _needed_hands(agreement: Agreement) -> Iterator[datetime]:
    yield from filter(None, (agreement.mediator_signed_at, agreement.sealed_at))
    for side in Side:
        of_side = [one for one in agreement.signatories if one.side is side]
        named = [
            agreement.signed_at(one.party_id) for one in of_side if agreement.needs_hand_of(one)
        ]
        members = [agreement.signed_at(one.party_id) for one in of_side if one.group_member]
        signed = [at for at in members if at]
        # A side that is nothing but a group has spoken with its first member.
        yield from filter(None, named or ([min(signed)] if signed else []))


def bound_from(
    agreement: Agreement, party_id: UUID, *, procedure: str = "", category: str = ""
) -> datetime | None:
    """Since when the agreement binds a party; None when it does not.

    A member of a group is bound when it signed, and not before; a party to an oral agreement with
    the agreement, unless it is a member of a group, who can only be bound by a signature.
    """
    force = in_force_from(agreement, procedure=procedure, category=category)
    one = next((s for s in agreement.signatories if s.party_id == party_id), None)
    if force is None or one is None:
        return None
    if agreement.form is AgreementForm.ORAL and not one.group_member:
        return force
    signed = agreement.signed_at(party_id)
    return max(force, signed) if signed else None
