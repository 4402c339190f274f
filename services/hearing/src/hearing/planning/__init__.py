"""Setting hearings: what stands against a time and place, and what the solver is asked."""
