"""The front door of a node: registers disputes, answers residents, imports and exports."""
