"""Hearings of a month: who meets, where and when, proved by CP-SAT; what cannot be, explained."""
