"""Caseline: documents and records of one cancer patient, organised into a case to review."""
