"""Tests that share running nodes, stopped when the last of them is done."""
