"""Drawings of the summary as plain shapes: where everything stands, in the units of the drawing; no file, no markup."""
