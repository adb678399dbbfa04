"""Events: every change, append-only and hash-chained; every read of clinical content, beside it."""
