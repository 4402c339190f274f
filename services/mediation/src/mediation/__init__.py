"""Settles disputes: mediators, sessions, agreements, performance, and the file until it closes."""
