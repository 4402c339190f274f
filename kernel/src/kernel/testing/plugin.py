"""Fixtures shared by all tests: real databases and brokers."""
