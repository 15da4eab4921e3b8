"""Exporting: concluded drafts as a merchant's own training data, with nobody named in it."""
