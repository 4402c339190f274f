"""Between the protocol and the domain, field by field; the only place that knows both."""
