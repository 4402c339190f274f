"""Fixtures shared by all tests: real databases and brokers."""

pytest_plugins = ["kernel.testing.databases", "kernel.testing.nats"]
