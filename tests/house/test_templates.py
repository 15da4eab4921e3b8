"""Templates keep their shape: one root in a partial, macros in a component, nothing inline."""

from __future__ import annotations

import re

import pytest

from tests.house.markup import loose, roots
from tests.house.repository import ROOT, files, name_of

PAGES = [
    each for each in files() if each.is_relative_to(ROOT / "templates") and each.suffix == ".html"
]
COMPONENTS = [each for each in PAGES if each.parent.name == "components"]
PARTIALS = [
    each for each in PAGES if each.name.startswith("_") and "{% extends" not in each.read_text()
]
# Mail clients know nothing but inline styles.
ON_SCREEN = [each for each in PAGES if "mail" not in each.parts]

FORBIDDEN = {
    "an inline style": re.compile(r"\sstyle=|<style", re.IGNORECASE),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE),
    "an event handler": re.compile(r"\son[a-z]+=", re.IGNORECASE),
    "hx-on": re.compile(r"\bhx-on\b|\bhx-on:"),
    "script in an attribute": re.compile(r"[\"'\s](?:js|javascript):", re.IGNORECASE),
    "a filter in a trigger": re.compile(r"hx-trigger=\"[^\"]*\["),
    "unescaped output": re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false"),
}


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_page_holds(what: str) -> None:
    assert not [name_of(each) for each in ON_SCREEN if FORBIDDEN[what].search(each.read_text())]


def test_no_layout_boosts_every_link() -> None:
    layouts = [each for each in PAGES if each.parent.name == "layouts"]
    assert layouts
    assert not [name_of(each) for each in layouts if "hx-boost" in each.read_text()]


def test_a_partial_has_one_root_with_an_id() -> None:
    found = {name_of(path): set(roots(path.read_text())) for path in PARTIALS}  # branches agree
    assert not {
        name: each for name, each in found.items() if len(each) != 1 or not next(iter(each))[1]
    }


def test_a_component_file_only_defines_macros() -> None:
    assert COMPONENTS
    assert not {name_of(path): what for path in COMPONENTS if (what := loose(path.read_text()))}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('<tr id="a{{ b("c") }}"{% if d %} hidden{% endif %}><td><br></td></tr>', [("tr", "a_")]),
        ('{% if a %}<p id="x">1</p>{% else %}<p id="x">2</p>{% endif %}', [("p", "x"), ("p", "x")]),
        ('<p id="x"></p><p></p>', [("p", "x"), ("p", None)]),
        ('<p id="x"></p> stray', [("p", "x"), ("text", None)]),
        (
            '{% from "a" import card %}{% call card(id="x") %}<p></p>{% endcall %}',
            [("call", "given")],
        ),
        ("{{ card() }}", [("call", None)]),
    ],
)
def test_the_outermost_elements_are_read(
    source: str, expected: list[tuple[str, str | None]]
) -> None:
    assert roots(source) == expected


def test_what_a_component_file_would_print_is_read() -> None:
    assert loose("{% macro a() %}<p>{% endmacro %}\n{% set b = 1 %}\n") == []
    assert loose("{% macro a() %}{% endmacro %}<p>") == ["Output"]
