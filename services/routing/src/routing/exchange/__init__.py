"""CaseExchange between nodes and CasePart within a node, from routing's side."""
