"""What of a model's text may stay in a draft."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopapp.drafts.drafters.guarding import (
    ADDRESS,
    CODE,
    LINK,
    LONGEST,
    NUMBER,
    Guarded,
    harmless,
    holes,
)
from shopapp.drafts.grounding import Passage, PassageKind
from tests.drafts import shop

ARTICLE = Passage(
    PassageKind.ARTICLE,
    "a1",
    "Returns",
    "Start at [our page](https://harbor.example/returns?step=1) or call 030 1234567. Code: BACK10.",
)
LEARNED = Passage(
    PassageKind.APPROVED_REPLY, "r1", "Old", "See https://old.example/x or bob@old.example"
)
BRAND = replace(shop.BRAND, url="harbor.example", email="help@harbor.example")
PACKET = replace(shop.packet(), brand=BRAND, passages=(ARTICLE, LEARNED))
TRACK = shop.PARCEL.tracking_url
EVIL = "zq9x"


def text_of(said: str) -> str:
    return harmless(said, PACKET).text


@pytest.mark.parametrize(
    "said",
    [
        f"Follow it at {TRACK}.",
        "Start at https://harbor.example/returns?step=1, please.",
        "Write to help@harbor.example or visit harbor.example or www.harbor.example/.",
        "We are at https://HARBOR.example!",
        "Call us on 030 1234567.",
        "Your code is BACK10.",
        "Order #1042: 2 x Ethiopia Guji 250 g (HCR-ETH-250), parcel 1Z999AA10123456784.",
        "Send us photo.jpg and return-form.pdf, e.g. by mail: 3 < 5, a.m. or p.m., 3.50 EUR.",
        "- one\n- two\n\nKind regards,\nMia",
        "Ich schicke es am 12. März; 1 204,50 EUR kommen zurück. Füße, naïve",
        "日本語です。ありがとう",
        "He said: “see harbor.example”",
    ],
)
def test_what_the_packet_states_stays_as_it_is(said: str) -> None:
    assert harmless(said, PACKET) == Guarded(said)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("Go to https://zq9x.example/refund.", f"Go to {LINK}."),
        ("Go to zq9x.example, now", f"Go to {LINK}, now"),
        ("Go to zq9x[.]example", f"Go to {LINK}"),
        ("//zq9x.example/x", LINK),
        ("hxxps://zq9x.example", LINK),
        ("ftp://harbor.example/zq9x", LINK),
        ("Go to 192.0.2.7/zq9x", f"Go to {LINK}"),
        (f"{TRACK}?q=zq9x", LINK),
        ("https://harbor.example/?q=zq9x", LINK),
        ("https://harbor.example/returns?step=1&to=zq9x", LINK),
        ("https://harbor.example#zq9x", LINK),
        ("https://harbor.example/returns", LINK),
        ("https://harbor.example@zq9x.example/", LINK),
        ("https://harbor.example:8443/", LINK),
        ("https://zq9x.example\\@harbor.example", LINK),
        ("https://harbor.example.zq9x.example", LINK),
        ("https://old.example/x", LINK),
        ("https://xn--hrbor-zq9x.example", LINK),
        ("https://h\u0430rbor.example", LINK),
        ("https://harbor.example\u0430.zq9x.com", LINK),
        ("\uff48\uff54\uff54\uff50\uff53://\uff5a\uff51\uff19\uff58.example", LINK),
        ("z\u200bq9x\u2060.exam\u00adple", LINK),
        ("zq9x\u3002example", LINK),
        ("![x](https://zq9x.example/?d=1042)", ""),
        ("![x][ref]\n\n[ref]: https://zq9x.example", ""),
        ("[our shop](https://zq9x.example)", f"our shop ({LINK})"),
        ("[track](" + TRACK + ' "now")', f"track ({TRACK})"),
        ("<https://zq9x.example>", LINK),
        ('<img src="https://zq9x.example">', ""),
        ('<a href="https://zq9x.example">harbor</a>', "harbor"),
        ("<scr<b>ipt>alert()</scr</b>ipt>", "alert()"),
        ("&lt;img src=zq9x.example&gt;", ""),
        ("&#104;ttps://zq9x&period;example", LINK),
        ("javascript:zq9x()", ""),
        ("data:text/html;base64,zq9x", ""),
        ("Write to bob@zq9x.example.", f"Write to {ADDRESS}."),
        ("Write to bob [at] zq9x [dot] example", f"Write to bob [at] {LINK}"),
        ("mailto:bob@zq9x.example?body=1", f"{ADDRESS}?body=1"),
        ("bob@old.example", ADDRESS),
        ("bob@zq9x.examplebob@zq9x.example", ADDRESS),
        ("Call +1 900 555 0199.", f"Call {NUMBER}."),
        ("call us at 9005550199", f"call us at {NUMBER}"),
        ("Use code SAVE90 now", f"Use code {CODE} now"),
        ("Hello {{customer.zq9x}}{{ x", "Hello x"),
        ("It is sent.Please wait", "It is sent. Please wait"),
        ("a\u202egnp.exe\U000e0041", LINK),
        (f"{TRACK}\u3001zq9x.example", f"{TRACK} \u3001{LINK}"),
    ],
)
def test_what_points_elsewhere_goes(said: str, left: str) -> None:
    guarded = harmless(said, PACKET)
    assert guarded.text == left
    assert guarded.removed or "](" in said or "sent." in said


def test_each_removal_says_what_and_why() -> None:
    removed = harmless(
        "See https://h\u0430rbor.example and <b>https://harbor.example/x?y</b>", PACKET
    ).removed
    assert ("https://h\u0430rbor.example", "looks like harbor.example, but is not") in [
        (each.what, each.why) for each in removed
    ]
    assert "the packet has this host, but not this page of it" in [each.why for each in removed]


def test_a_hole_is_found_until_a_person_fills_it() -> None:
    assert holes(text_of("See zq9x.example or mail a@zq9x.example")) == [LINK, ADDRESS]
    assert not holes("See harbor.example")


def test_a_text_without_end_is_cut() -> None:
    assert len(text_of("word " * 100_000)) <= LONGEST


def test_an_order_that_may_not_be_stated_lends_no_link() -> None:
    assert harmless(TRACK, replace(PACKET, order=None)).text == LINK


PIECES = [
    f"https://{EVIL}.example/?q=",
    f"http://{EVIL}.example",
    f"{EVIL}.com",
    f"www.{EVIL}.io/a",
    f"![a](https://{EVIL}.example)",
    f"[a](https://{EVIL}.example)",
    f"[a]: //{EVIL}.example",
    f"<a href='//{EVIL}.example'>",
    f"<img src={EVIL}.example>",
    f"bob@{EVIL}.example",
    f"{{{{{EVIL}}}}}",
    f"javascript:{EVIL}()",
    f"data:text/plain,{EVIL}",
    f"https://harbor.example@{EVIL}.example",
    f"{TRACK}?{EVIL}=1",
    f"h&#116;tps://{EVIL}.example",
]
GLUE = [
    "",
    " ",
    "\n",
    ". ",
    "\u200b",
    "\u202e",
    "<",
    ">",
    "(",
    ")",
    "[",
    "]",
    "!",
    "{{",
    "}}",
    "&lt;",
]
WORDS = ["Hello", "harbor.example", TRACK, "help@harbor.example", "#1042", "data:", "。", "é", "1"]
texts = st.lists(st.sampled_from([*PIECES, *GLUE, *GLUE, *WORDS]), max_size=14).map("".join)


@settings(max_examples=120, deadline=None)
@given(texts | st.text(max_size=60))
def test_guarding_twice_is_guarding_once(said: str) -> None:
    once = text_of(said)
    again = harmless(once, PACKET)
    assert (again.text, again.removed) == (once, ())


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=4), st.lists(st.sampled_from(GLUE[:5]))
)
def test_no_pointer_of_an_attacker_survives(pieces: list[str], glue: list[str]) -> None:
    said = "".join(each for pair in zip(pieces, [*glue, *[" "] * 9], strict=False) for each in pair)
    left = text_of(said).replace(LINK, "").replace(ADDRESS, "")
    assert not re.search(r"zq9x\.[a-z]|://|<|!\[|\]\(|\{\{", left)
