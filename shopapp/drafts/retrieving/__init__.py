"""Retrieving: which stored text answers a mail, and which part of it."""
