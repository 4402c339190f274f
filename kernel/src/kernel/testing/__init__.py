"""What tests of every package share: real servers, a clock that can be set."""
