"""Drafts: what a machine proposes, what a person made of it, and what that teaches."""
