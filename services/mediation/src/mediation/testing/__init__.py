"""What tests of mediation share."""
