"""What the search adds to each dialect, by kind and name."""

from __future__ import annotations

_TABLES = ("ticket", "ticket_message")
_VERBS = ("insert", "delete", "update")
_PARTS = ("config", "data", "docsize", "idx")  # of an FTS5 table

SQLITE = (
    "table search_entry",
    "table search_words",
    *(f"table search_words_{part}" for part in _PARTS),
    *(f"trigger {table}_words_{verb}" for table in _TABLES for verb in _VERBS),
)
POSTGRESQL = (
    "column lexemes",
    "function messages_with",
    "function search_tickets",  # the previous release searches by it: to go with the next
    "function tickets_with",
    "function trigrams",
    "function words_of",
    "index ix_ticket_trigrams",
    *(f"index ix_{table}_words" for table in _TABLES),
)
