"""Foreign HTML in our page: nothing runs, submits, styles, names or fetches."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopapp.inbox.sanitising import MAX_LINKS, has_remote_images, plain_text, sanitise_html

VECTORS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x.js></sCrIpT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<img src="https://x.example/a.png" onload="alert(1)">',
    "<img src='javascript:alert(1)'>",
    "<img src=`javascript:alert(1)`>",
    '<img """><script>alert(1)</script>">',
    "<img src='data:image/svg+xml;base64,PHN2Zy8+'>",
    "<img src='data:text/html,<script>alert(1)</script>'>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img onerror=a()&gt;'>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='  JaVaScRiPt:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='java&#10;script:alert(1)'>x</a>",
    "<a href='&#106;avascript:alert(1)'>x</a>",
    "<a href='\x01javascript:alert(1)'>x</a>",
    "<a href='vbscript:msgbox(1)'>x</a>",
    "<a href='data:text/html;base64,PHNjcmlwdD4='>x</a>",
    "<a href='/harbor/settings'>x</a>",
    "<a href='//evil.example'>x</a>",
    "<a href='file:///etc/passwd'>x</a>",
    "<iframe src='https://evil.example'></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data='x.swf'></object><embed src='x.swf'><applet code=x></applet>",
    "<form action='https://evil.example'><input name=password><button>go</button></form>",
    "<input autofocus onfocus=alert(1)>",
    "<select autofocus onfocus=alert(1)><option>x</select>",
    "<textarea autofocus onfocus=alert(1)></textarea>",
    "<video><source onerror=alert(1)></video><audio src=x onerror=alert(1)>",
    "<details open ontoggle=alert(1)>x</details>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href='https://evil.example/'>",
    "<link rel=stylesheet href='https://evil.example/x.css'>",
    "<style>@import 'https://evil.example/x.css'; body{display:none}</style>",
    "<div style='background:url(https://evil.example/x)'>x</div>",
    "<div style='position:fixed;inset:0'>x</div>",
    "<table background='https://evil.example/x'><tr><td background='//evil.example/y'>x</table>",
    "<body onload=alert(1) background='https://evil.example/x'>x</body>",
    "<p id=ticket class=button name=csrf_token>x</p>",
    "<a id=defaultView name=cookie href='https://x.example'>x</a>",
    "<img name=getElementById src='https://x.example/a.png'>",
    "<form id=x><output name=y></form>",
    "<p hx-get='/harbor/logout' hx-trigger=load>x</p>",
    "<p data-hx-get='/harbor/logout'>x</p>",
    "<p hx-on:click='alert(1)'>x</p>",
    "<p contenteditable tabindex=1 accesskey=x draggable=true>x</p>",
    "<img srcset='https://evil.example/x 2x' src='cid:a'>",
    "<img src='cid:a' usemap='#m'><map name=m><area href='javascript:alert(1)'></map>",
    "<template><script>alert(1)</script></template>",
    "<xmp><script>alert(1)</script></xmp>",
    "<plaintext><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?><script>alert(1)</script>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<isindex type=image src=1 onerror=alert(1)>",
    "<b onclick=alert(1) <script>alert(1)</script>>x</b>",
    "<img alt='`><script>alert(1)</script>' src='https://x.example/a.png'>",
    "<img alt='&lt;script&gt;alert(1)&lt;/script&gt;' src='https://x.example/a.png'>",
    "<a href='https://x.example/&quot; onclick=&quot;alert(1)'>x</a>",
    "<a href=\"https://x.example/'onclick='alert(1)\" title='\"><script>alert(1)</script>'>x</a>",
    "<img src='cid:a&quot; onerror=&quot;alert(1)'>",
    "<p dir='rtl\" onclick=\"alert(1)'>x</p>",
    "<custom-element onconnected=alert(1)>x</custom-element>",
    "\0<scr\0ipt>alert(1)</scr\0ipt>",
    "<a href='https://x.example' target=_self rel=opener ping='https://evil.example'>x</a>",
]  # fmt: skip

ATTRIBUTES = {
    "a": {"href", "title", "target", "rel"},
    "img": {"alt", "title", "src", "width", "height", "data-cid"},
    "span": {"data-remote-image"},
    "td": {"align", "valign", "colspan", "rowspan"},
    "th": {"align", "valign", "colspan", "rowspan"},
    "ol": {"start", "type"},
    "li": {"value"},
    "p": {"align"},
    "div": {"align"},
}
FORBIDDEN = {
    "script", "style", "iframe", "object", "embed", "form", "input", "button", "select", "textarea",
    "svg", "math", "meta", "base", "link", "video", "audio", "template", "frame", "body", "html",
    "details", "map", "area", "noscript", "xmp", "plaintext", "option", "applet", "marquee",
}  # fmt: skip


class Inspector(HTMLParser):
    """Collects every complaint about a page's markup."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.links: list[dict[str, str]] = []
        self.pictures: list[dict[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag in FORBIDDEN:
            self.wrong.append(tag)
        self.wrong += sorted(set(values) - ATTRIBUTES.get(tag, set()) - {"dir", "lang"})
        if tag == "a":
            self.links.append(values)
        if tag == "img":
            self.pictures.append(values)

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data}")


def inspect(html: str) -> Inspector:
    inspector = Inspector()
    inspector.feed(html)
    inspector.close()
    for link in inspector.links:
        if "href" in link:
            assert re.match(r"(?:https?://|mailto:|tel:)", link["href"], re.IGNORECASE)
            assert link["target"] == "_blank"
            assert set(link["rel"].split()) == {"noopener", "noreferrer", "nofollow"}
    for picture in inspector.pictures:
        source = picture.get("src", "data:image/png;base64,")
        assert re.match(r"(?:https?://|/cid/|data:image/(?:png|jpe?g|gif|webp);base64,)", source)
    assert inspector.wrong == []
    return inspector


@pytest.mark.parametrize("vector", VECTORS)
@pytest.mark.parametrize("allow", [False, True])
def test_a_vector_is_disarmed(vector: str, allow: bool) -> None:
    clean = sanitise_html(f"<p>{vector}</p>", allow_remote_images=allow, cid_url="/cid/{}".format)
    inspect(clean)
    assert sanitise_html(clean, allow_remote_images=allow, cid_url="/cid/{}".format) == clean


@given(st.lists(st.sampled_from([*VECTORS, "</p>", "<table>", "<b>", "'", '"', ">", "<!--", "<"])))
@settings(max_examples=200, deadline=None)
def test_vectors_together_are_disarmed_and_cleaning_twice_changes_nothing(
    vectors: list[str],
) -> None:
    clean = sanitise_html("".join(vectors))
    inspector = inspect(clean)
    assert all("https" not in picture.get("src", "") for picture in inspector.pictures)
    assert sanitise_html(clean) == clean


@pytest.mark.parametrize(
    "html", ["<pre>\n\n\na\nb</pre>", "<pre dir=ltr><img src=x>\n\na</pre>", "<pre>\n\n<b>a</pre>"]
)
def test_line_ends_in_front_of_preformatted_text_do_not_shrink_each_time(html: str) -> None:
    once = sanitise_html(html)
    assert sanitise_html(once) == once


@given(st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_any_text_is_answered(text: str) -> None:
    inspect(sanitise_html(text))
    plain_text(text)


def test_lone_surrogates_and_nuls_are_answered() -> None:
    assert sanitise_html("a\ud800\0b").isprintable()


def test_harmless_presentation_stays() -> None:
    html = (
        '<h2>Order</h2><p align="center">Hi <b>you</b><br><em>there</em></p><ul><li>one</li></ul>'
        '<table><tbody><tr><td colspan="2">x</td></tr></tbody></table><blockquote>old</blockquote>'
    )
    assert sanitise_html(html) == html


def test_links_open_apart_and_tell_nothing() -> None:
    assert sanitise_html('<a href="https://x.example/a?b=1&amp;c=2">x</a>') == (
        '<a href="https://x.example/a?b=1&amp;c=2" target="_blank"'
        ' rel="noopener noreferrer nofollow">x</a>'
    )


def test_too_many_links_lose_their_address_and_keep_their_words() -> None:
    clean = sanitise_html("<a href='https://x.example'>word</a>" * (MAX_LINKS + 3))
    assert clean.count("href") == MAX_LINKS
    assert clean.count("word") == MAX_LINKS + 3


def test_a_remote_image_leaves_a_placeholder_with_its_words() -> None:
    html = '<img src="https://t.example/a.png" alt="Our logo">'
    assert sanitise_html(html) == '<span data-remote-image="">[Image: Our logo]</span>'
    assert 'src="https://t.example/a.png"' in sanitise_html(html, allow_remote_images=True)
    assert has_remote_images(html)


def test_a_tracking_pixel_leaves_nothing() -> None:
    html = '<p>Hi<img src="https://t.example/p.gif" width="1" height="1"></p>'
    assert sanitise_html(html) == "<p>Hi</p>"
    assert has_remote_images(html)


def test_an_image_of_the_mail_keeps_its_id() -> None:
    html = '<img src="cid:logo@x" alt="logo">'
    assert sanitise_html(html) == '<img alt="logo" data-cid="logo@x">'
    shown = sanitise_html(html, cid_url=lambda content_id: f"/cid/{content_id}")
    assert 'src="/cid/logo@x"' in shown
    assert not has_remote_images(html)


def test_a_small_data_image_stays_and_a_big_one_goes() -> None:
    small = '<img src="data:image/png;base64,iVBORw0KGgo=">'
    assert "data:image/png" in sanitise_html(small)
    big = f'<p>before<img src="data:image/png;base64,{"A" * 300_000}">after</p>'
    assert sanitise_html(big) == "<p>beforeafter</p>"


@pytest.mark.parametrize(
    "unit",
    [
        "<div>",
        "<p><b>",
        "<",
        "<!--",
        "&",
        '<a href="',
        "<svg><style>",
        "<table><tr><td>",
        "<![CDATA[",
    ],
)
def test_a_lot_of_anything_is_answered(unit: str) -> None:
    inspect(sanitise_html(unit * (200_000 // len(unit))))
