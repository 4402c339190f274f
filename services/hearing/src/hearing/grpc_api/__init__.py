"""The gRPC door: request to command, handler, result to response."""
