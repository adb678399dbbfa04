"""Immutable values that every slice stands on; standard library only."""
