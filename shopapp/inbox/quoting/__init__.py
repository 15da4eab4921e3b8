"""A reply apart from what it quotes and how it is signed: collapsed, never dropped."""

from shopapp.inbox.quoting.markup import HtmlReply, split_reply_html
from shopapp.inbox.quoting.plain import Reply, split_reply

__all__ = ["HtmlReply", "Reply", "split_reply", "split_reply_html"]
