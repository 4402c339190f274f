"""Words of the tables and answers of a hand-over."""

OPEN, LOCKED, ENDED = "open", "locked", "ended"
"""What a right to write can be; only an open one lets write."""
RELEASED, REFUSED = "released", "refused"
KEPT, STALE, NOT_GRANTED = "KEPT", "STALE_EPOCH", "NOT_GRANTED"
LOCKED_BY_OTHER, CASE_ENDED = "LOCKED_BY_OTHER", "CASE_ENDED"
LIFE = "life"
"""The counter that tells which life of the node a database has entered."""
