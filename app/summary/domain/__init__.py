"""The summary: a pure function of the case file and a date."""
