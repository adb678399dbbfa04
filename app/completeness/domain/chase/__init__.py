"""The chase list: what to ask, of whom, and the letters that ask for it."""
