"""Secrets and ready-made clients: the only room where a secret is opened."""
