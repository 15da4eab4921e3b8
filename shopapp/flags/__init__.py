"""Flags on orders that need a decision."""
