"""Reading: what a text says, whoever wrote it: its parts, words, facts, pointers and people."""
