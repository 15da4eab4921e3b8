"""Drafters: who writes a draft, one from stored texts and one by asking a language model."""
