"""Foreign HTML made safe to show, and what it hides made visible."""

from shopapp.inbox.sanitising.cleaning import MAX_LINKS, has_remote_images, sanitise_html
from shopapp.inbox.sanitising.hiding import (
    hidden_in_plain,
    hidden_text,
    visible_plain,
    visible_text,
)
from shopapp.inbox.sanitising.plain import plain_text

__all__ = [
    "MAX_LINKS",
    "has_remote_images",
    "hidden_in_plain",
    "hidden_text",
    "plain_text",
    "sanitise_html",
    "visible_plain",
    "visible_text",
]
