"""The gRPC doors of intake: request → command, handler, result → response."""
