"""What a document and its file are, as plain values and pure rules."""
