"""Public meeting-scheduling instances: annealed on occupancy counters, then polished."""
