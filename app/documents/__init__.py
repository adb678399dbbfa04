"""Documents: the original files of a case, what they are, and whether they can be read."""
