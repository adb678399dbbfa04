"""The worklist: an organisation's cases by urgency, each with what it lacks and what blocks it."""
