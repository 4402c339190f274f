"""Custody of a node: who holds a case, where it may go, and by when."""
