"""What is played, scene by scene; every figure shown comes from the nodes."""
