"""The two jobs of a node whose services run in containers: files made once, databases migrated."""
