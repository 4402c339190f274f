"""The hand-over protocol, handler by handler; the table of states is `routing.domain.protocol`."""
