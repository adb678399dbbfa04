"""The frozen case file that every view is a pure function of."""
