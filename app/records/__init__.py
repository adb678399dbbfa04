"""Records: dated clinical facts, each of one kind, each with its sources and its versions."""
