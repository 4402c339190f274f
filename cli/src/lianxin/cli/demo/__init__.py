"""`lianxin demo`: a county, a township and a village on this machine, and a day of their work."""
