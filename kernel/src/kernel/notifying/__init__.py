"""Notices: owed inside a command, sent outside it, one row for each recipient (ADR 0090)."""
