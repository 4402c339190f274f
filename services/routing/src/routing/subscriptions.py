"""What routing does with the events it hears: from the services of its node, and its neighbours."""

from collections.abc import Mapping

from kernel.consumer import EventHandler
from kernel.links.envelope import LinkMessage
from kernel.unit_of_work import UnitOfWork
from routing.commands.handover import HearOffer
from routing.convert import events
from routing.convert.follow_ups import followed_up
from routing.convert.hearing_facts import hearing_fact
from routing.convert.mediation_facts import mediation_fact
from routing.handlers import facts, follow_ups, headers, registration
from routing.handlers.handover import receiving
from routing.node import Node

REGISTERED = "intake.registered"
FOLLOWED_UP = "intake.followed_up"
OFFERED = "routing.handover_offered"
HEADER = "routing.header_changed"
LOCAL_SUBJECTS = ("case.*.*.*.intake.>", "case.*.*.*.mediation.>", "case.*.*.*.hearing.>")
INTAKE_FACTS = (
    "amended",
    "confirmed",
    "accepted",
    "completion_asked",
    "refusal_proposed",
    "refused",
    "refusal_rejected",
    "answered",
    "withdrawal_asked",
    "withdrawn",
    "withdrawal_rejected",
    "voided",
    "merged",
    "merged_into",
    "linked",
    "grouped",
    "found",
    "attached",
    "code_reissued",
    "document_made",
    "served",
    "file_numbered",
    "service_overdue",
    "invited",
    "invitation_answered",
    "invitation_withdrawn",
    "invited_word",
    "invited_presence",
)
"""What intake tells besides registrations; a contract test compares this with what it emits."""
MEDIATION_FACTS = (
    "opened",
    "refusal_proposed",
    "refused",
    "refusal_rejected",
    "parties_named",
    "kind_switched",
    "kind_joined",
    "kind_left",
    "assigned",
    "interest_declared",
    "recused",
    "planned",
    "milestone_met",
    "measure_met",
    "session_scheduled",
    "session_cancelled",
    "session_held",
    "invited",
    "invitation_answered",
    "invitation_withdrawn",
    "invited_word",
    "invited_presence",
    "duty_noted",
    "duty_reported",
    "duty_waiver_proposed",
    "duty_waiver_rejected",
    "duty_waived",
    "consent_recorded",
    "agreement_drafted",
    "agreement_signed",
    "agreement_dropped",
    "agreement_in_force",
    "performed_in_part",
    "performed",
    "defaulted",
    "resumed",
    "confirmation",
    "failed",
    "mediated_again",
    "withdrawal_asked",
    "withdrawn",
    "withdrawal_rejected",
    "facts_established",
    "found",
    "answered",
    "carried_out",
    "disposed",
    "disposition_approved",
    "referred",
    "referral_answered",
    "resident_asked",
    "closing_proposed",
    "closing_rejected",
    "closed",
    "reopened",
    "milestone_due_soon",
    "milestone_overdue",
    "measure_due_soon",
    "measure_overdue",
    "term_due_soon",
    "term_overdue",
    "confirmation_lapsed",
    "session_unrecorded",
    "session_on_leave",
    "carry_out_due_soon",
    "carry_out_overdue",
    "decision_overdue",
    "duty_unreported",
    "harm_known",
    "court_file",
    "to_mend",
    "mended",
    "mending_overdue",
)
"""What mediation tells; likewise compared."""
HEARING_FACTS = (
    "requested",
    "decided",
    "decision_overdue",
    "withdrawn",
    "cancelled",
    "set",
    "unset",
    "confirmed",
    "moved",
    "member_replaced",
    "objected",
    "objection_decided",
    "notice_unacknowledged",
    "postponed",
    "opened",
    "stage",
    "recorded",
    "adjourned",
    "conferring",
    "opinion_given",
    "concluded",
    "conclusion_overdue",
    "served",
    "publication_consent",
    "publication_proposed",
    "publication_rejected",
    "published",
    "taken_down",
    "joined",
    "parted",
    "parties_changed",
    "not_public",
)
"""What hearing tells; likewise compared."""
Handlers = Mapping[str, EventHandler]


def local(node: Node) -> Handlers:
    """Handlers of the node's own link: registrations and facts."""

    def take_up(uow: UnitOfWork, message: LinkMessage) -> None:
        registration.take_up(uow, events.registration(message.body), node=node)

    def record(uow: UnitOfWork, message: LinkMessage) -> None:
        service = message.type.partition(".")[0]
        facts.record(uow, events.fact_recorded(service, message.body), node=node)

    def follow_up(uow: UnitOfWork, message: LinkMessage) -> None:
        follow_ups.send(uow, followed_up(message.body), node=node)

    def mediated(uow: UnitOfWork, message: LinkMessage) -> None:
        facts.record(uow, mediation_fact(message.body), node=node)

    def for_hearing(uow: UnitOfWork, message: LinkMessage) -> None:
        facts.record(uow, hearing_fact(message.body), node=node)

    heard = {REGISTERED: take_up, FOLLOWED_UP: follow_up}
    heard |= {f"mediation.{kind}": mediated for kind in MEDIATION_FACTS}
    heard |= {f"hearing.{kind}": for_hearing for kind in HEARING_FACTS}
    return heard | {f"intake.{kind}": record for kind in INTAKE_FACTS}


def from_children(node: Node) -> Handlers:
    """Handlers of what child nodes send up: headers."""

    def keep(uow: UnitOfWork, message: LinkMessage) -> None:
        child = message.origin.partition("/")[0]
        row, clocks, steps = events.header(message.body)
        headers.keep(uow, headers.KeepHeader(row, clocks, steps, f"down.{child}"), node=node)

    return {HEADER: keep}


def from_parent(node: Node) -> Handlers:
    """Handlers of what the parent sends down: offers and headers of cases registered here."""

    def hear(uow: UnitOfWork, message: LinkMessage) -> None:
        parent = message.origin.partition("/")[0]
        offer = events.offer(message.body)
        command = HearOffer(parent, *offer)
        receiving.hear_offer(uow, command, node=node)

    def keep(uow: UnitOfWork, message: LinkMessage) -> None:
        row, clocks, steps = events.header(message.body)
        headers.keep(uow, headers.KeepHeader(row, clocks, steps, "up"), node=node)

    return {OFFERED: hear, HEADER: keep}
