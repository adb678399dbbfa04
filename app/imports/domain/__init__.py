"""What a reader answers, and what all readers share."""
