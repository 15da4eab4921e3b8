"""HTML replies of many programs: what announces the quote goes with it."""

from __future__ import annotations

import re

import pytest

from shopapp.inbox.quoting import split_reply_html

OLD = "Your order is on its way"
NEW = "It has arrived"
SAID = "On 3 Mar 2026, at 9:12 AM, Ann &lt;ann@x.example&gt; wrote:"
HEADS = (
    "<b>From:</b> Ann [mailto:ann@x.example]<br><b>Sent:</b> Tuesday, March 3, 2026 5:31 PM<br>"
    "<b>To:</b> jo@x.example<br><b>Subject:</b> Order<br>"
)

QUOTES = {
    "apple": f'<div><blockquote type="cite"><div>{SAID}</div><br><div>{OLD}</div></blockquote></div>',
    "apple, announced in front": f'<div>{SAID}</div><blockquote type="cite">{OLD}</blockquote>',
    "gmail": f'<div class="gmail_extra"><br><div class="gmail_quote">{SAID}<blockquote'
    f' class="gmail_quote" style="margin:0">{OLD}</blockquote></div></div>',
    "gmail in outlook": f'<div class="x_gmail_quote">{SAID}<br>{OLD}</div>',
    "gmail in yahoo": f'<div class="ydp1a2b3gmail_quote">{SAID}<br>{OLD}</div>',
    "gmail of hotmail": f'<div class="ecxgmail_quote">{SAID}<br>{OLD}</div>',
    "aquamail": f'<p>Am\n26. Mai 2026 19:20:17 schrieb Ann &lt;ann@x.example&gt;:</p>\n<blockquote'
    f' type="cite" class="gmail_quote">{OLD}</blockquote>',
    "yahoo": f'<div id="yahoo_quoted_123456" class="yahoo_quoted"><div>{SAID}</div>{OLD}</div>',
    "old yahoo": f'<div class="ydpf00yahoo_quoted">{SAID}<br>{OLD}</div>',
    "thunderbird": f'<div class="moz-cite-prefix">{SAID}<br></div><blockquote type="cite"'
    f' cite="mid:1@x">{OLD}</blockquote>',
    "thunderbird, forwarded": f'<div class="moz-forward-container">{HEADS}{OLD}</div>',
    "proton": f'<div class="protonmail_quote">-------- Original Message --------<br>{SAID}<blockquote'
    f' class="protonmail_quote" type="cite">{OLD}</blockquote></div>',
    "tutanota": f'<div class="tutanota_quote">{SAID}<br>{OLD}</div>',
    "zoho": f'<div class="zmail_extra">---- {SAID}<br>{OLD}</div>',
    "zimbra": f'<hr data-marker="__DIVIDER__"><div>{HEADS}</div>{OLD}',
    "outlook 2007": '<div><div style="border:none;border-top:solid #B5C4DF 1.0pt;padding:3.0pt 0in 0in'
    f' 0in"><p class=MsoNormal>{HEADS}</p></div></div><p>{OLD}</p>',
    "outlook, unmarked": f"<div><p class=MsoNormal>{HEADS}</p></div><p>{OLD}</p>",
    "outlook 2003": f'<div class="OutlookMessageHeader" dir="ltr"><hr tabindex="-1">{HEADS}{OLD}</div>',
    "outlook web": f'<div id="appendonsend"></div><hr><div id="divRplyFwdMsg">{HEADS}</div><div>{OLD}</div>',
    "outlook in outlook": f'<div id="x_divRplyFwdMsg">{HEADS}</div><div>{OLD}</div>',
    "outlook for mac": f'<span id="OLK_SRC_BODY_SECTION"><div>{HEADS}</div>{OLD}</span>',
    "outlook for phones": f'<div class="ms-outlook-mobile-reference-message">{HEADS}<br>{OLD}</div>',
    "hotmail": f'<div><hr id="stopSpelling">Date: Fri, 23 Mar 2026 12:35:31 -0600<br>From: ann@x.example'
    f"<br>To: jo@x.example<br><br>{OLD}</div>",
    "hotmail, unmarked": "<div><hr>Date: Fri, 23 Mar 2026 12:35:31 -0600<br>To: <a href='mailto:b@x.example'"
    f">b@x.example</a><br>From: ann@x.example<br>Subject: Order!<br><br>{OLD}</div>",
    "a date and a writer": "<div><hr><div><font><b>From: ann@x.example</b><br><b>Date: Thu, 24 Mar 2026"
    f" 08:07:12 -0700</b></font></div><div>{OLD}</div></div>",
    "airmail": f'<div class="bloop_original_html"><p class="airmail_on">{SAID}</p>{OLD}</div>',
    "gmx": f'<div name="quote" style="margin:10px 5px 5px 10px">{SAID}<div>{OLD}</div></div>',
    "spark": f'<div name="messageReplySection">{SAID}<blockquote>{OLD}</blockquote></div>',
    "mail.ru": '<blockquote style="border-left:1px solid #0857A6"><div class="mailru-blockquote">'
    f"Понедельник, 3 марта 2026, 9:12 +03:00 от Ann:<br>{OLD}</div></blockquote>",
    "yandex": f'<div>03.03.2026, 09:12, "Ann" &lt;ann@x.example&gt;:</div><blockquote>{OLD}</blockquote>',
    "announced, unmarked": f"<div>{SAID}</div><div>{OLD}</div>",
    "announced inside": f"<blockquote><div>{SAID}</div><div>{OLD}</div></blockquote>",
    "announced in pieces": "<div>On Mon, Mar 3, 2026 at 9:12 AM <span>Ann &lt;<a href='mailto:ann@x.example'>"
    f"ann@x.example</a>&gt;</span> wrote:</div><blockquote>{OLD}</blockquote>",
    "lotus": "<font size=1 color=#5f5f5f>From: </font><font size=1>Ann &lt;ann@x.example&gt;</font><br>"
    f"<font size=1>To: </font>jo@x.example<br>Date: 03/03/2026 09:12 AM<br>Subject: Order<hr noshade>{OLD}",
    "blackberry": f"<div>-----Original Message-----<br>{HEADS}<br>{OLD}</div>",
    "forwarded by gmail": '<div class="gmail_quote">---------- Forwarded message ----------<br>From: <b'
    f' class="gmail_sendername">Ann</b> &lt;ann@x.example&gt;<br>Date: Tue, Mar 3, 2026<br>{OLD}</div>',
}  # fmt: skip


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
