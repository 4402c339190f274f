"""What hearing does, one plain function an act, inside the transaction of its command."""
