"""A way back: a path of this server, never an address somewhere else."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

# Browsers read a backslash as a slash and skip tabs and line ends: /\x.example leaves the site.
_OWN = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]{0,2000}")


def own_path(text: str | None) -> str:
    """`text` when it is a path of ours (with its query), otherwise ''."""
    return text if text and _OWN.fullmatch(text) else ""


def path_of(address: str | None, host: str) -> str:
    """The path of an address on `host` ('name:port'), '' when it is elsewhere or unreadable."""
    try:
        parts = urlsplit(address or "")
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or parts.netloc != host:
        return ""
    return own_path(parts.path + (f"?{parts.query}" if parts.query else ""))
