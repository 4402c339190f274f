"""The scheduler: what it plans, how it searches, how it explains what cannot be."""
