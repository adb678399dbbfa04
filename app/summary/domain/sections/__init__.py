"""The sections of the summary, one small module for each family of them."""
