"""The tables whose rows of a case travel with it: one that is added here travels by itself."""

from sqlalchemy import Table

from kernel.holding.rows import OF_THE_NODE, PortableRows
from mediation.storage.tables import mediation
from mediation.storage.tables_agreements import agreement, rendered, signature, term
from mediation.storage.tables_closing import answer, casework, disposition, duty, referral
from mediation.storage.tables_consent import consent
from mediation.storage.tables_inviting import invitation, invited_word
from mediation.storage.tables_joining import joined_kind
from mediation.storage.tables_people import assignment, participant
from mediation.storage.tables_plan import plan, plan_measure
from mediation.storage.tables_sessions import attendance, milestone, session
from mediation.storage.tables_watching import limitation, watch

FORMAT = "mediation/1"
PORTABLE: tuple[Table, ...] = (
    mediation,
    casework,
    participant,
    consent,
    assignment,
    joined_kind,
    plan,
    milestone,
    plan_measure,
    session,
    attendance,
    invitation,
    invited_word,
    agreement,
    signature,
    term,
    rendered,
    answer,
    duty,
    disposition,
    referral,
    limitation,
    watch,
)
"""In the order they are stored."""
ROWS = PortableRows(PORTABLE, FORMAT, OF_THE_NODE | {"next_look_at"})
"""The part that mediation has of a case; when to look at it again each node knows by itself."""
