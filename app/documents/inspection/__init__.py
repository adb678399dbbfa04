"""Whether a file can be opened, found out in a process of its own that may die without harm."""
