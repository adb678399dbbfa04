"""The case file: everything of one case at one revision, frozen, and its one loader."""
