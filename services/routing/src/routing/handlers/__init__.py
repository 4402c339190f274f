"""What routing does with a command: plain functions of a unit of work."""
