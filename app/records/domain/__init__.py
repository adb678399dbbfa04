"""The record kinds as frozen values, and what makes one sound."""
