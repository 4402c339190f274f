"""Loads the shared fixtures, and the installed `kernel` before pytest meets the folder."""

pytest_plugins = ["kernel.testing.plugin"]
