"""How much of one mail is read. Whatever meets a limit is noted, and stays in the raw mail."""

MAX_BYTES = 50 * 1024 * 1024
"""Bytes of the mail that are parsed."""

MAX_HEADERS = 1_000
"""Header lines of one head."""

MAX_HEAD_BYTES = 1024 * 1024
"""Bytes of one head."""

MAX_HEADER_BYTES = 64 * 1024
"""Bytes of one header."""

MAX_PARTS = 500
"""Parts of the mail, counted over all levels."""

MAX_UUENCODED = 50
"""Files taken out of one text."""

MAX_DEPTH = 20
"""Parts inside parts."""

MAX_ADDRESSES = 500
"""Addresses of one header."""

MAX_REFERENCES = 200
"""Message ids kept from References: the first one and the newest."""

MAX_ID = 250
"""Characters of a message id; a longer one is shortened and keeps a digest of the whole."""

MAX_SUBJECT = 1_000
"""Characters of the subject."""

MAX_TEXT = 1_000_000
"""Characters of the text; of the HTML as many as the sanitiser reads."""

MAX_TEXT_BYTES = 8 * 1024 * 1024
"""Bytes of one text part that are decoded: what pictures and uuencoded files may fill of it."""

MAX_LINKS = 2_000
"""Links of the HTML; the sanitiser keeps as many clickable."""

MAX_FILENAME = 150
"""Characters of an attachment's name; 240 bytes at most."""

MAX_NOTES = 100
"""Notes of one mail."""
