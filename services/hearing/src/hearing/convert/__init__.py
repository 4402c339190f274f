"""Between the protocol and the domain, both ways."""
