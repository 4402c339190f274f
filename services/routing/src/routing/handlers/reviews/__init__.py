"""复查、复核: asked for, forwarded to the body, decided by two persons, or not asked in time."""
