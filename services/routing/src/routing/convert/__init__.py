"""Between protobuf and routing's own values, field by field."""
