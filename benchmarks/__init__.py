"""Measurements against stated floors: `python -m benchmarks`, or one alone: `python -m benchmarks.views`."""
