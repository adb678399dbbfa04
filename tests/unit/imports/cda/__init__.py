"""C-CDA documents of our own, and what is read of them."""
