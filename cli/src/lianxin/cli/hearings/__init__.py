"""What the commands of hearings share."""
