"""Retention: what is kept how long, and forgotten every night."""
