"""Tables of mediation and what is asked of them; the only place that knows SQL."""
