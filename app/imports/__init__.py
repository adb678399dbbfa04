"""What other systems send: read into records and documents, and stored once, however often it is posted."""
