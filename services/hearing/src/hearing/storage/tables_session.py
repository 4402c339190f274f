"""The hearing day and what follows: who came, what was said and shown, minutes, opinions, service.

An attendee is `member:NO` or `party:ID` (`domain.attendees`). Everything people say is sealed, and
so is what each member of the panel holds.
"""

from sqlalchemy import Boolean, Column, Date, Index, Integer, LargeBinary, Table, Text, Uuid

from hearing.storage.tables import metadata
from kernel.database import UtcDateTime

sitting = Table(
    "sitting",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sitting_no", Integer, primary_key=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("opened_by", Text, nullable=False),
    Column("panel", Text, nullable=False),  # who conducts and decides: member numbers, spaces
    Column("ended_at", UtcDateTime),
    Column("ended_how", Text, nullable=False, default=""),  # adjourned, conferring
    Column("sealed", LargeBinary),  # why it was adjourned
)
"""A hearing that was adjourned has more than one."""

attendance = Table(
    "attendance",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sitting_no", Integer, primary_key=True),
    Column("attendee", Text, primary_key=True),
    Column("part", Text, nullable=False),  # of a member, or the side of a party
    Column("came", Text, nullable=False),  # Came
    Column("waived", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

recusal = Table(
    "recusal",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("recusal_no", Integer, primary_key=True),
    Column("member_no", Integer, nullable=False),
    Column("attendee", Text, nullable=False),  # who asked; the member, when it steps back itself
    Column("upheld", Boolean, nullable=False),
    Column("replaced_by", Integer),  # a member's number
    Column("decided_by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the reasons
)
"""Asked for at the opening, and decided there."""

evidence = Table(
    "evidence",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("evidence_no", Integer, primary_key=True),
    Column("attendee", Text, nullable=False),  # who puts it in
    Column("kind", Text, nullable=False),
    Column("original", Boolean, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # what it is, what it shows, what is said of it
)

statement = Table(
    "statement",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("statement_no", Integer, primary_key=True),
    Column("sitting_no", Integer, nullable=False),
    Column("stage", Text, nullable=False),
    Column("attendee", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)

minutes = Table(
    "minutes",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("version_no", Integer, primary_key=True),
    Column("sitting_no", Integer, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""听证笔录. A mended one is another version, which is signed anew."""

minutes_hand = Table(
    "minutes_hand",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("version_no", Integer, primary_key=True),
    Column("attendee", Text, primary_key=True),
    Column("signing", Text, nullable=False),  # Signing
    Column("noted_by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary),  # why somebody refused
)

opinion = Table(
    "opinion",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sitting_no", Integer, primary_key=True),
    Column("member_no", Integer, primary_key=True),
    Column("noted_by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # the opinion, with its reasons
)
"""What was given before an adjournment counts no more: the panel confers again."""

conclusion = Table(
    "conclusion",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("overdue_at", UtcDateTime),  # when it was told that it is late
    Column("supported", Integer, nullable=False, default=0),  # votes
    Column("partly", Integer, nullable=False, default=0),
    Column("not_supported", Integer, nullable=False, default=0),
    Column("dissent", Text, nullable=False, default=""),  # members who held otherwise, spaces
    Column("of_hearing", Uuid),  # the hearing it comes from, when heard with another case
    Column("sealed", LargeBinary),  # facts, reasons, conclusion
)
"""听证结论. One from the moment the panel confers: from then on it is waited for."""

conclusion_service = Table(
    "conclusion_service",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("service_no", Integer, primary_key=True),
    Column("party_id", Uuid, nullable=False),
    Column("through_id", Uuid),  # the agent or representative it was handed to
    Column("method", Text, nullable=False),
    Column("served_on", Date, nullable=False),
    Column("receipt_no", Text, nullable=False, default=""),
    Column("corrects", Integer),  # an entry that was wrong
    Column("actor", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # who served, who received, note
)

publication_consent = Table(
    "publication_consent",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("consent_no", Integer, primary_key=True),
    Column("party_id", Uuid, nullable=False),
    Column("given", Boolean, nullable=False),
    Column("on_day", Date, nullable=False),
    Column("noted_by", Text, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("sealed", LargeBinary, nullable=False),  # where the signed paper is
)
"""In writing; the last word of a party stands."""

publication = Table(
    "publication",
    metadata,
    Column("case_id", Uuid, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("publication_no", Integer, primary_key=True),
    Column("state", Text, nullable=False),  # PublicationState
    Column("proposed_by", Text, nullable=False),
    Column("proposed_at", UtcDateTime, nullable=False),
    Column("decided_by", Text, nullable=False, default=""),
    Column("decided_at", UtcDateTime),
    Column("take_down_on", Date, nullable=False),
    Column("take_down_at", UtcDateTime),  # None once it is down
    Column("down_at", UtcDateTime),
    Column("down_why", Text, nullable=False, default=""),  # TakenDown
    Column("sealed", LargeBinary, nullable=False),  # the anonymised text
    Index("publication_by_day", "take_down_at"),
    Index("publication_by_state", "state", "case_id"),
)

OF_CASE = (
    sitting,
    attendance,
    recusal,
    evidence,
    statement,
    minutes,
    minutes_hand,
    opinion,
    conclusion,
    conclusion_service,
    publication_consent,
    publication,
)
"""In the order they are stored with a case that travels."""
