"""Explicit-state model of the hand-over protocol that docs/adr/0020 decides on."""
