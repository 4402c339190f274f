"""Rules of custody, hand-over and placement: standard library and kernel value objects only."""
