"""What a machine writes is up to date: `make fmt` writes it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from shopapp.ops import fmt, housemap, written
from tests.house.repository import ROOT, name_of

ADVICE = "make fmt writes it"


def test_templates_open_with_what_they_need() -> None:
    sources = {path: path.read_text() for path in written.templates()}
    assert sources
    wrong = [name_of(path) for path, text in sources.items() if text != written.with_needs(text)]
    assert not wrong, ADVICE


def test_the_readme_carries_the_map() -> None:
    readme = (ROOT / "README.md").read_text()
    assert written.MAP.search(readme), "README.md has no <!-- map --> … <!-- /map -->"
    assert readme == written.with_map(readme), ADVICE


def test_generated_pages_are_up_to_date() -> None:
    stale = [name_of(path) for path, text in fmt.generated() if path.read_text() != text]
    assert not stale, ADVICE


def test_the_map_names_every_part_with_its_caption() -> None:
    drawn = housemap.tree(every_file=True)
    for path in (ROOT / "shopapp").rglob("*.py"):
        assert housemap.caption(path) in drawn, name_of(path)
    assert re.search(r"^  db\.py +The database", drawn, re.MULTILINE)


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("{{ ticket.subject }} {{ request.path }}", "ticket"),
        ("{% for row in rows %}{{ row }}{% endfor %}", "rows"),
        ("{% from 'a.html' import b %}{% block c %}{{ b(d) }}{% endblock %}", "d"),
        ("{% if x %}{% set y = 1 %}{{ y }}{% endif %}", "x"),
        ("{# needs: gone #}\n{{ z }}{{ a }}", "a, z"),
        ("plain", ""),
    ],
)
def test_needs_are_the_names_a_template_takes(source: str, names: str) -> None:
    expected = f"{{# needs: {names} #}}" if names else "{# needs: #}"
    assert written.with_needs(source).splitlines()[0] == expected
    assert written.with_needs(source).count("needs:") == 1


def test_needs_include_what_an_included_template_needs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "_row.html").write_text("{{ row.name }} {{ colour }}")
    (tmp_path / "page.html").write_text("{{ title }}")
    monkeypatch.setattr(written, "TEMPLATES", tmp_path)
    source = (
        '{% extends "page.html" if full else "none.html" %}'
        '{% block x %}{% for row in rows %}{% include "_row.html" %}{% endfor %}{% endblock %}'
    )
    assert written.with_needs(source).splitlines()[0] == "{# needs: colour, full, rows, title #}"
