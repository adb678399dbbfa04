"""Timeline: what happened, in the order that the dates allow."""
