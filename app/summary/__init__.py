"""The ordered case summary, every statement with its sources."""
