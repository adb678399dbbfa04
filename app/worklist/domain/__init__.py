"""What the worklist knows of a case, and for how long."""
