"""Mediations as the command line works on them: seen, acted on, read, told in plain words."""
