"""Articles people bring: Markdown, HTML and CSV files, alone or in a zip, read as entries."""

from shopapp.inbox.bringing.entries import LONGEST, LONGEST_TITLE, LONGEST_URL, Entry, entries
from shopapp.inbox.bringing.markup import is_address

__all__ = ["LONGEST", "LONGEST_TITLE", "LONGEST_URL", "Entry", "entries", "is_address"]
