"""What every command on a hearing carries."""

from kernel import holding

Seen = holding.Seen
"""What the caller saw of the file before it wrote."""
