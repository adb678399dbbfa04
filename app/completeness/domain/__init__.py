"""The checker: a pure function of the case file, a checklist and a date."""
