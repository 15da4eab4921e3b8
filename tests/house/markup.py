"""Reading a template without rendering it: its outermost elements, and what is around macros."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from jinja2 import Environment, nodes

# Elements that have no end tag.
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
EXPRESSION = re.compile(r"\{\{.*?\}\}", re.DOTALL)
STATEMENT = re.compile(r"\{%.*?%\}|\{#.*?#\}", re.DOTALL)
KEPT = re.compile(
    r"\{%-?\s*macro\b.*?endmacro\s*-?%\}|\{%-?\s*set\s+\w+\s*-?%\}.*?endset\s*-?%\}", re.DOTALL
)  # what is defined or kept in a name prints nothing where it stands
SILENT = (nodes.FromImport, nodes.Import, nodes.Assign, nodes.AssignBlock, nodes.Macro)


def roots(source: str) -> list[tuple[str, str | None]]:
    """The outermost elements as (tag, id); a macro call at the top counts as ('call', its id)."""
    called = _outer_call(source)
    if called is not None:
        return [called]
    reader = _Outermost()
    reader.feed(STATEMENT.sub("", EXPRESSION.sub("_", KEPT.sub("", source))))
    return reader.found


def loose(source: str) -> list[str]:
    """What a file of macros would print by itself: should be nothing."""
    return [
        type(node).__name__
        for node in Environment(autoescape=True).parse(source).body
        if not isinstance(node, SILENT) and not _is_blank(node)
    ]


def _outer_call(source: str) -> tuple[str, str | None] | None:
    """A template that is one macro call as a whole, with or without a body."""
    tree = Environment(autoescape=True).parse(source)
    body = [each for each in tree.body if not isinstance(each, SILENT) and not _is_blank(each)]
    if len(body) != 1:
        return None
    call = body[0].call if isinstance(body[0], nodes.CallBlock) else body[0]
    if isinstance(call, nodes.Output):
        printed = [each for each in call.nodes if not _is_space(each)]
        call = printed[0] if len(printed) == 1 else call
    if not isinstance(call, nodes.Call):
        return None
    given = {each.key: each.value for each in call.kwargs}
    return "call", "given" if "id" in given or call.args else None


def _is_blank(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Output) and all(_is_space(each) for each in node.nodes)


def _is_space(node: nodes.Node) -> bool:
    return isinstance(node, nodes.TemplateData) and not node.data.strip()


class _Outermost(HTMLParser):
    """Collects the elements that stand in no other."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str | None]] = []
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._open:
            self.found.append((tag, dict(attrs).get("id")))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._open:
            self.found.append((tag, dict(attrs).get("id")))

    def handle_endtag(self, tag: str) -> None:
        while tag in self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if not self._open and data.strip():
            self.found.append(("text", None))
