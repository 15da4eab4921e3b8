"""Sealed columns: envelope encryption, keyrings, key versions."""
