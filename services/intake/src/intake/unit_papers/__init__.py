"""Papers of a unit: service card, guide card, chart of whom to ask, register, minutes."""
