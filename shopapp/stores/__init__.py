"""Stores and their settings."""
