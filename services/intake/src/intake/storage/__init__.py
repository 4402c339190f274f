"""Tables and queries of intake; the only place that knows SQL."""
