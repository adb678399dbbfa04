"""Cases: one patient's case, its revision, and its erasure."""
