"""Tables of hearing and what is asked of them; the only place that knows SQL."""
