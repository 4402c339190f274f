"""One module per group of commands; each command is a plain annotated function."""
