"""The lianxin command: counter, worklists, nodes and checks from a terminal."""
