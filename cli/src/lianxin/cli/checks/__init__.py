"""What `lianxin doctor` looks at: pure rules on facts, and the facts of a node."""
