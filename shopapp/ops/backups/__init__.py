"""Backups: one artefact of database and files, encrypted, kept elsewhere, proved by restoring."""
