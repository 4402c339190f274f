"""Servicers: request to command, handler, result to response."""
