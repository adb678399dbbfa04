"""Access: organisations, their keys, and what one request may do."""
