"""HTML replies of many programs: what announces the quote goes with it."""

from __future__ import annotations

import re

import pytest

from shopapp.inbox.quoting import split_reply_html
from tests.inbox.written_mail import NEW, OLD, sections

QUOTES = dict(sections("quotes.html"))


def shown(html: str) -> str:
    return " ".join(re.sub(r"<[^<>]*>", " ", html).split())


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES)
@pytest.mark.parametrize(
    "frame", ["<div><p>{}</p>{}</div>", "<body>{}<br><br>{}</body>", "<div dir=ltr>{}</div>{}"]
)
def test_only_the_new_words_are_visible(quote: str, frame: str) -> None:
    reply = split_reply_html(frame.format(NEW, quote))
    assert shown(reply.visible) == NEW
    assert OLD in reply.quoted


@pytest.mark.parametrize("quote", QUOTES.values(), ids=QUOTES)
def test_both_halves_are_balanced(quote: str) -> None:
    reply = split_reply_html(
        f"<table><tr><td><p>{NEW}</p></td></tr></table><div><b>{quote}</b></div>"
    )
    for half in (reply.visible, reply.quoted):
        for name in ("div", "b", "blockquote", "p", "table", "font", "span"):
            assert half.count(f"<{name}>") + half.count(f"<{name} ") == half.count(f"</{name}>")


@pytest.mark.parametrize(
    "html",
    [
        f'{NEW}<blockquote class="gmail_quote">what I say as a quotation</blockquote>',
        f"<p>{NEW}</p><blockquote>a poem</blockquote><p>and more</p>",
        "<p>From the shop I got:</p><ul><li>shoes</li></ul>",
        "<p>On Monday I wrote: where is it?</p><p>Nobody answered.</p>",
        "<p>Date: Monday</p><p>To: my house</p><p>please</p>",
        '<div class="quote">a shirt with a quote</div>',
    ],
)
def test_a_customers_own_words_stay(html: str) -> None:
    assert split_reply_html(html).quoted == ""
