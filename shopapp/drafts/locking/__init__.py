"""Locking: what of a draft its packet supports, sentence by sentence, now and when it leaves."""
