"""What mediation does, one plain function an act, inside the transaction of its command."""
