"""The jobs of nodes whose services run in containers: files made once, databases migrated."""
