"""Several routing nodes in one process for tests: real databases and handlers, a link to cut."""
