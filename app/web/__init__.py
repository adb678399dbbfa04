"""HTTP concerns that the slices share."""
