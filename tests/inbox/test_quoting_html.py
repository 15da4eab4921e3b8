"""Replies in HTML: the marks of many clients, and answers between the lines."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopapp.inbox.quoting import split_reply_html

OLD = "Your order is on its way"
NEW = "It has arrived"


def words(html: str) -> str:
    return "".join(re.sub(r"<[^<>]*>", "", html).split())


@pytest.mark.parametrize(
    "quote",
    [
        (
            f'<div class="gmail_quote"><div class="gmail_attr">On … wrote:</div>'
            f"<blockquote>{OLD}</blockquote></div>"
        ),
        f'<div class="yahoo_quoted">{OLD}</div>',
        f'<blockquote type="cite">{OLD}</blockquote>',
        f'<div class="moz-cite-prefix">On … wrote:</div><blockquote type="cite">{OLD}</blockquote>',
        f'<div class="protonmail_quote">{OLD}</div>',
        f'<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">From: us</div><div>{OLD}</div>',
        f'<hr id="stopSpelling">{OLD}',
        (
            f'<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0 0 0">'
            f"<p>From: us</p></div><p>{OLD}</p>"
        ),
        f'<div id="mail-editor-reference-message-container">{OLD}</div>',
        f'<hr data-marker="__DIVIDER__"><div>{OLD}</div>',
    ],
)
def test_a_quote_is_cut_out(quote: str) -> None:
    reply = split_reply_html(f"<div><p>{NEW}</p>{quote}</div>")
    assert NEW in reply.visible
    assert OLD not in reply.visible
    assert OLD in reply.quoted


def test_both_halves_are_balanced() -> None:
    reply = split_reply_html(f'<div><div>{NEW}<hr id="stopSpelling"><b>{OLD}</b></div></div>')
    for half in (reply.visible, reply.quoted):
        assert half.count("<div>") == half.count("</div>") == 2


def test_an_answer_after_one_quote_is_visible_without_it() -> None:
    reply = split_reply_html(f'<blockquote type="cite">{OLD}</blockquote><p>{NEW}</p>')
    assert words(reply.visible) == words(NEW)


@pytest.mark.parametrize(
    "html",
    [
        f'<blockquote type="cite">a</blockquote><p>{NEW}</p><blockquote type="cite">b</blockquote>',
        (
            f'Hi<div class="gmail_quote"><blockquote>one</blockquote><div>{NEW}</div>'
            "<blockquote>two</blockquote></div>"
        ),
        f'<div class="gmail_quote">{NEW}</div>',
        f"<p>{NEW}</p>",
        "",
    ],
)
def test_everything_stays_visible(html: str) -> None:
    reply = split_reply_html(html)
    assert reply.quoted == ""
    assert words(reply.visible) == words(html)


def test_a_quote_inside_the_quote_is_no_answer() -> None:
    quote = (
        f'<blockquote type="cite">{OLD}<blockquote type="cite">older</blockquote>bye</blockquote>'
    )
    assert words(split_reply_html(f"<p>{NEW}</p>{quote}").visible) == words(NEW)


def test_a_picture_alone_is_something_to_show() -> None:
    reply = split_reply_html(f'<img src="cid:a"><div class="gmail_quote">{OLD}</div>')
    assert "cid:a" in reply.visible
    assert OLD not in reply.visible


PIECES = [
    "<div>", "</div>", '<blockquote type="cite">', "</blockquote>", '<div class="gmail_quote">',
    "a ", "b ", '<hr id="stopSpelling">', "<p>", "<table><tr><td>", "</table>", "<b>", "<!--",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30))
@settings(max_examples=300, deadline=None)
def test_no_word_is_lost(pieces: list[str]) -> None:
    html = "".join(pieces)
    reply = split_reply_html(html)
    both = words(reply.visible) + words(reply.quoted)
    assert sorted(each for each in both if each in "ab") == sorted(
        each for each in _shown(html) if each in "ab"
    )


def _shown(html: str) -> str:
    """What stands outside comments: `<!--` without an end hides what follows."""
    return re.sub(r"<[^<>]*>", "", html.partition("<!--")[0])


@pytest.mark.parametrize(
    "unit", ["<div class=gmail_quote>", "<blockquote type=cite>a</blockquote>b"]
)
def test_a_lot_of_quotes_is_answered(unit: str) -> None:
    assert split_reply_html(unit * (200_000 // len(unit))).visible
