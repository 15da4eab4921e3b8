"""HTML as the plain text a reader would see."""

from __future__ import annotations

import html as entities
import re

from shopapp.inbox.sanitising.markup import Token, tokens, well_formed, words

_BREAKS = {
    **dict.fromkeys(words("p blockquote h1 h2 h3 h4 h5 h6 ul ol dl pre table"), 2),
    **dict.fromkeys(
        words(
            "address article aside caption center dd div dt fieldset figure footer form header hr"
            " li legend main nav section tr"
        ),
        1,
    ),
}
_BLANKS = re.compile(r"[ \t\r\n\f\v]+")


def plain_text(html: str) -> str:
    """The words of the HTML, one block per line, quotes marked with `> `, links with their address.

    Styles are not looked at: what they hide is in the answer (see `visible_text`).
    """
    markup = well_formed(html)
    page = _Page()
    for token in tokens(markup):
        page.take(token, markup[token.start : token.end])
    return page.text()


class _Page:
    """Lines written so far, and the one being written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.preformatted = 0
        self.links: list[tuple[str, int]] = []

    def take(self, token: Token, source: str) -> None:
        if token.kind == "text":
            self._write(entities.unescape(source))
        elif token.kind == "open":
            self._open(token)
        else:
            self._close(token)

    def text(self) -> str:
        self._break(1)
        return re.sub(r"\n{3,}", "\n\n", "\n".join(self.lines)).strip("\n")

    def _open(self, token: Token) -> None:
        if token.name == "br":
            self._new_line()
            return
        self._break(_BREAKS.get(token.name, 0))
        self.quotes += token.name == "blockquote"
        self.preformatted += token.name == "pre"
        if token.name == "li":
            self.line.append("- ")
        elif token.name in {"td", "th"} and self.line:
            self.line.append(" ")
        elif token.name == "img" and token.attributes.get("alt", "").strip():
            self._write(f"[{token.attributes['alt'].strip()}]")
        elif token.name == "a":
            self.links.append((token.attributes.get("href", ""), len(self.line)))

    def _close(self, token: Token) -> None:
        if token.name == "a" and self.links:
            self._name_link(*self.links.pop())
        if token.name == "blockquote":
            self._break(1)
            self.quotes = max(0, self.quotes - 1)
        self._break(_BREAKS.get(token.name, 0))
        self.preformatted -= token.name == "pre" and self.preformatted > 0

    def _name_link(self, href: str, since: int) -> None:
        shown = "".join(self.line[since:]).strip()
        bare = href.removeprefix("mailto:").removeprefix("tel:")
        if shown and href.startswith(("http://", "https://", "mailto:")) and bare not in shown:
            self.line.append(f" <{bare}>")

    def _write(self, text: str) -> None:
        text = text.replace("\xa0", " ")
        if not self.preformatted:
            self.line.append(_BLANKS.sub(" ", text))
            return
        first, *others = text.split("\n")
        self.line.append(first)
        for other in others:
            self._new_line()
            self.line.append(other)

    def _new_line(self) -> None:
        line = "".join(self.line)
        line = line.rstrip() if self.preformatted else re.sub(r" {2,}", " ", line).strip()
        self.lines.append(f"{'> ' * min(self.quotes, 20)}{line}".rstrip(" "))
        self.line = []

    def _break(self, gap: int) -> None:
        if gap and any(piece.strip() for piece in self.line):
            self._new_line()
        elif gap and not self.preformatted:
            self.line = []  # blanks alone; kept, they would be looked at again at each break
        if gap > 1 and self.lines and self.lines[-1].strip("> "):
            self.lines.append("> " * min(self.quotes, 20) if self.quotes else "")
