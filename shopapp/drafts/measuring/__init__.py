"""Measuring: what drafts save and where they hurt, with how sure that is."""
