"""Completeness: what a case still lacks, by checklists that are data."""
