"""Handing a finished mail to an SMTP server or to an outbox folder."""
