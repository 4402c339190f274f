"""What is done with a case: plain functions on a unit of work, which may run more than once."""
