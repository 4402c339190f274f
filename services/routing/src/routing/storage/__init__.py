"""Tables and queries of routing; every SQL statement of the service is in this package."""
