"""Custody, hand-overs and the case log. The protocol's rows: see the hand-over ADR."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text, Uuid

from kernel import scope, subtrees
from kernel.database import UtcDateTime
from routing.storage.metadata import Json, case_id, metadata, text

# One row a case, whether it is held here or only its header is kept. `custody` is this node's own
# word in the protocol; `state` is what people are shown. Epoch and custody change together.
case_row = Table(
    "case_row",
    metadata,
    case_id(),
    text("case_no"),
    Column("epoch", BigInteger, nullable=False),
    Column("version", BigInteger, nullable=False),
    text("custody"),  # held, releasing, out, received, none (a header only)
    text("state"),  # held, releasing, out, ended
    *scope.case_columns(),
    text("node"),
    Column("signed", Boolean, nullable=False, default=True),
    text("handler"),
    text("lead_officer"),
    text("category"),
    text("procedure"),
    text("purpose"),
    text("channel"),
    text("difficulty"),
    text("colour"),
    text("progress"),
    text("place_code"),
    text("regulation"),
    Column("backlog", Boolean, nullable=False, default=False),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("litigation", Boolean, nullable=False, default=False),
    Column("reachable", Boolean, nullable=False, default=True),
    Column("headcount", Integer, nullable=False, default=1),
    Column("about_units", Json, nullable=False, default=[]),
    Column("placements", Json, nullable=False, default=[]),
    text("place_unit"),
    text("competent_unit"),
    text("supervising_unit"),
    Column("received_at", UtcDateTime, nullable=False),
    Column("registered_at", UtcDateTime, nullable=False),
    Column("accepted_at", UtcDateTime),
    Column("ended_at", UtcDateTime),
    text("ending"),
    text("settled_path"),
    text("pending"),
    Column("frozen", Boolean, nullable=False, default=False),
    text("freeze_reason"),
    text("objection"),  # hand-over id of the open objection; empty when none
    Column("next_due_at", UtcDateTime),
    text("next_clock"),
    Column("overdue", Boolean, nullable=False, default=False),
    Column("log_n", BigInteger, nullable=False, default=0),
    text("log_hash"),
    Column("applied", Json, nullable=False, default={}),  # service -> number of its last fact
    # Epoch and version of the last header that came from elsewhere.
    Column("told_epoch", BigInteger, nullable=False, default=0),
    Column("told_version", BigInteger, nullable=False, default=0),
    Column("as_of", UtcDateTime, nullable=False),
)
Index(
    "case_row_holder",
    case_row.c.holder_unit,
    case_row.c.state,
    case_row.c.registered_at.desc(),
    case_row.c.case_id.desc(),
)
NEWEST_FIRST = (case_row.c.registered_at.desc(), case_row.c.case_id.desc())
# Lists of a subtree walk these: of a village by its path, of a township by its part of the path;
# at the county everything is below.
Index("case_row_path", case_row.c.holder_path, case_row.c.state, *NEWEST_FIRST)
# With what the rule asks besides, so that a count of the county reads the index alone.
Index(
    "case_row_recent",
    case_row.c.state,
    *NEWEST_FIRST,
    case_row.c.sealed_for,
    case_row.c.holder_path,
    case_row.c.registering_path,
)
Index("case_row_town", subtrees.town(case_row.c.holder_path), case_row.c.state, *NEWEST_FIRST)
Index(
    "case_row_registering_town",
    subtrees.town(case_row.c.registering_path),
    case_row.c.state,
    *NEWEST_FIRST,
)
Index("case_row_number", case_row.c.case_no)
Index(
    "case_row_registering",
    case_row.c.registering_unit,
    case_row.c.state,
    case_row.c.registered_at.desc(),
    case_row.c.case_id.desc(),
)
Index("case_row_handler", case_row.c.handler)
Index("case_row_custody", case_row.c.custody, case_row.c.case_id)

case_access = scope.case_access(metadata)
case_scope = scope.CaseColumns.of(case_row, case_access, subtrees.below)

# Each holding of the case by a unit, and whether anything of substance was done in it.
visit = Table(
    "visit",
    metadata,
    case_id(),
    Column("epoch", BigInteger, primary_key=True),
    text("unit"),
    Column("substantive", Boolean, nullable=False, default=False),
)

# Steps of the resident's timeline, as they happened anywhere.
step = Table(
    "step",
    metadata,
    case_id(),
    Column("epoch", BigInteger, primary_key=True),
    Column("n", BigInteger, primary_key=True),
    text("kind"),
    text("unit"),
    Column("at", UtcDateTime, nullable=False),
    Column("body", Json, nullable=False, default={}),
)

# One row a hand-over at each of its nodes; one row for both sides when they are one node.
handoff = Table(
    "handoff",
    metadata,
    Column("handoff_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    text("case_no"),
    text("side"),  # sender, receiver, both
    text("direction"),  # up, down, local
    text("kind"),
    Column("epoch", BigInteger, nullable=False),
    text("from_unit"),
    text("to_unit"),
    text("final_unit"),
    text("origin_unit"),
    Column("origin_handoff_id", Uuid),
    text("from_node"),
    text("to_node"),
    text("state"),
    text("reason"),
    text("note"),
    text("due_on"),
    Column("report_owed", Boolean, nullable=False, default=False),
    text("ordered_by"),
    Column("copied_units", Json, nullable=False, default=[]),
    text("actor"),
    text("traceparent"),
    Column("at", UtcDateTime, nullable=False),
    Column("offered_at", UtcDateTime),
    Column("received_at", UtcDateTime),
    Column("closed_at", UtcDateTime),
    Column("active", Boolean, nullable=False),  # a step is owed by this node
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    text("last_reason"),
    Column("confirmed", Boolean, nullable=False, default=False),
    Column("passed_on", Boolean, nullable=False, default=False),
    Column("took", BigInteger, nullable=False, default=0),  # epoch taken by it; 0 = took nothing
    text("refusal"),
    text("objection"),  # "", open, upheld, overruled
    Column("objected_at", UtcDateTime),
    text("objection_grounds"),
    text("objection_proposes"),
    Column("signed_at", UtcDateTime),
    Column("version", BigInteger, nullable=False, default=1),
)
Index("handoff_case", handoff.c.case_id, handoff.c.epoch)
Index("handoff_due", handoff.c.active, handoff.c.next_try_at)
Index("handoff_link", handoff.c.to_node, handoff.c.state)
Index("handoff_from", handoff.c.from_node, handoff.c.state)
Index("handoff_origin", handoff.c.origin_handoff_id)

# What each service of this node has still to do for a hand-over, and its part of the case.
handoff_part = Table(
    "handoff_part",
    metadata,
    Column("handoff_id", Uuid, primary_key=True),
    Column("service", Text, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    text("release"),  # "", owed, released, refused
    Column("last_fact_no", BigInteger, nullable=False, default=0),
    text("reason"),
    text("keep"),  # "", owed, done
    Column("keep_epoch", BigInteger, nullable=False, default=0),
    text("import_state"),  # "", owed, done
    text("format"),
    Column("content", LargeBinary),  # sealed under the case key; NULL until exported
    Column("blobs", Json, nullable=False, default=[]),
    text("blob_state"),  # "", owed, done
    Column("version", BigInteger, nullable=False, default=1),
)

log_entry = Table(
    "log_entry",
    metadata,
    case_id(),
    Column("epoch", BigInteger, primary_key=True),
    Column("n", BigInteger, primary_key=True),
    text("kind"),
    text("unit"),
    text("actor"),
    Column("at", UtcDateTime, nullable=False),
    text("body"),
    text("commitments"),
    text("prev_hash"),
    text("hash"),
)

# Hand-overs ordered by a decision; they wait here until a part of the case lets go of it.
intent = Table(
    "intent",
    metadata,
    Column("intent_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    Column("epoch", BigInteger, nullable=False),
    text("kind"),
    text("to_unit"),
    text("reason"),
    text("ordered_by"),
    Column("cohandlers", Json, nullable=False, default=[]),
    text("due_on"),
    text("state"),  # pending, done, dropped
    text("last_reason"),
    Column("at", UtcDateTime, nullable=False),
    Column("next_try_at", UtcDateTime, nullable=False),
    Column("tries", Integer, nullable=False, default=0),
    Column("version", BigInteger, nullable=False, default=1),
)
Index("intent_due", intent.c.state, intent.c.next_try_at)
Index("intent_case", intent.c.case_id)

# Letters: messages about a case that move no custody; each is taken once and applied once.
letter = Table(
    "letter",
    metadata,
    Column("letter_id", Uuid, primary_key=True),
    Column("case_id", Uuid, nullable=False),
    text("kind"),
    Column("epoch", BigInteger, nullable=False, default=0),
    text("handoff_id"),
    text("from_unit"),
    text("to_unit"),
    text("actor"),
    Column("at", UtcDateTime, nullable=False),
    Column("body", Json, nullable=False, default={}),
    Column("sealed_body", LargeBinary),
    text("state"),  # waiting (for the case or the way), to_send, sent, applied, parked
    text("next_node"),
    text("reason"),
    Column("version", BigInteger, nullable=False, default=1),
)
Index("letter_next", letter.c.state, letter.c.next_node)
Index("letter_case", letter.c.case_id)

# Facts that came before their turn: the case is on its way to the epoch they belong to.
early_fact = Table(
    "early_fact",
    metadata,
    case_id(),
    Column("service", Text, primary_key=True),
    Column("fact_no", BigInteger, primary_key=True),
    text("content"),
)
