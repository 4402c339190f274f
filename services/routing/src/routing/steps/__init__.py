"""The work that hand-overs owe: one network call, then one handler, repeated until it succeeds."""
