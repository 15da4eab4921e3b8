"""Articles brought in files: Markdown, HTML, CSV and zips are shown first, then taken whole."""

from __future__ import annotations

import io
import zipfile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.imports.models import FileImport
from shopapp.inbox.actions.bringing import bring
from shopapp.inbox.bringing import Entry, entries, files
from shopapp.inbox.markdown import rendered
from shopapp.inbox.models import ArticleKind, KnowledgeArticle
from shopapp.jobs import worker
from shopapp.sheets.bundling import bundled
from shopapp.sheets.importing import Report
from shopapp.sheets.reading import Unreadable
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.desk import Desk, desk, shop

__all__ = ["desk", "shop"]
FRONT = '---\ntitle: "Returns: how"\nkind: policy\nurl: https://x.example/r\n---\nWithin 30 days.\n'


def found(name: str, text: str | bytes, *, splits: bool = False) -> list[Entry]:
    data = text if isinstance(text, bytes) else text.encode()
    return list(entries(bundled([(name, data)]), splits=splits))


def one(name: str, text: str | bytes) -> Entry:
    entry, *others = found(name, text)
    assert not others
    return entry


def test_front_matter_says_what_the_article_is() -> None:
    entry = one("returns.md", FRONT)
    assert (entry.title, entry.kind, entry.url) == (
        "Returns: how",
        "policy",
        "https://x.example/r",
    )
    assert entry.body == "Within 30 days."


@pytest.mark.parametrize(
    ("name", "text", "title"),
    [
        ("a.md", "# Shipping #\n\nWe ship.", "Shipping"),
        ("gift-cards_2.md", "They never expire.", "Gift cards 2"),
        ("a.html", "<title>Ours</title><p>We ship.</p>", "Ours"),
        ("a.html", "<title>Ours</title><h1>Shipping</h1><p>We ship.</p>", "Shipping"),
    ],
)
def test_a_title_comes_from_the_text_or_the_file(name: str, text: str, title: str) -> None:
    assert one(name, text).title == title


def test_html_becomes_markdown_without_what_runs() -> None:
    page = (
        "<head><style>p{}</style><script>alert(1)</script></head><h1>Care</h1><h2>Wool</h2>"
        '<p onclick="x()">Wash <b>cold</b>, <a href="javascript:x()">see</a></p><ul><li>dry</ul>'
    )
    body = one("care.html", page).body
    assert body.startswith("## Wool\n\nWash **cold**, see")
    assert "- dry" in body
    assert "alert" not in body
    assert "javascript" not in body


def test_a_file_is_split_at_its_second_headings() -> None:
    text = "# Help\n\nRead this.\n\n## Returns\n\nIn 30 days.\n\n## Repairs\n\nWe mend."
    parts = [(entry.title, entry.body) for entry in found("help.md", text, splits=True)]
    assert parts == [("Help", "Read this."), ("Returns", "In 30 days."), ("Repairs", "We mend.")]


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("title,body,url,kind\nTee,Grün,https://x.example,policy\n", "utf-8"),
        ("Name;Text;Link;Type\nTee;Grün;https://x.example;Policy\n", "cp1252"),
        ("Question\tAnswer\tURL\tCategory\nTee\tGrün\thttps://x.example\tpolicy\n", "utf-16"),
    ],
)
def test_a_sheet_is_read_whatever_its_form(text: str, codec: str) -> None:
    entry = one("a.csv", text.encode(codec))
    assert (entry.title, entry.body, entry.kind) == ("Tee", "Grün", "policy")
    assert entry.trouble == ""


def test_a_cell_of_html_becomes_markdown() -> None:
    assert one("a.csv", "title,body\nTea,<p>Hot <b>tea</b></p>\n").body == "Hot **tea**"


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("a.md", "# Only a title", "It has no text."),
        ("a.csv", "title,body\n,Words\n", "It has no title."),
        ("a.csv", "title,body,url\nA,B,javascript:x\n", "is no web address"),
        ("a.csv", "title,body,kind\nA,B,rumour\n", "“rumour” is no kind"),
        ("a.csv", "title,sku\nA,1\n", "has the column “body”"),
        ("a.md", "# Long\n\n" + "x" * 100_001, "a text 100,000"),
        ("a.pdf", "%PDF-1.7", "neither Markdown, HTML nor CSV"),
        ("a.md", bytes(range(32)) * 40, "not a text file, or it is damaged. Save it as text"),
    ],
)
def test_what_cannot_be_taken_says_why(name: str, text: str | bytes, why: str) -> None:
    assert why in one(name, text).trouble
    assert one(name, text).where in (name, f"{name}, line 2")


def zipped(many: dict[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in many.items():
            archive.writestr(name, data)
    return held.getvalue()


def test_a_zip_is_read_whatever_its_paths_say() -> None:
    packed = zipped({"../../etc/a.md": b"Hello", "__MACOSX/b.md": b"x", "c/.hidden.md": b"x"})
    assert [entry.title for entry in entries(packed, splits=False)] == ["A"]


def test_a_large_file_is_refused_and_the_others_are_taken() -> None:
    packed = zipped({"big.md": b"0" * (files.ONE + 1), "small.md": b"Hello"})
    assert [entry.trouble for entry in entries(packed, splits=False)] == [
        "The file is larger than 2 MB.",
        "",
    ]


@pytest.mark.parametrize(("limit", "value"), [("ALL", 5_000), ("FILES", 3)])
def test_a_zip_bomb_is_refused(monkeypatch: pytest.MonkeyPatch, limit: str, value: int) -> None:
    monkeypatch.setattr(files, limit, value)
    with pytest.raises(Unreadable, match="Split it"):
        list(entries(zipped({f"{n}.md": b"0" * 2_000 for n in range(4)}), splits=False))


def test_what_is_no_zip_is_refused() -> None:
    with pytest.raises(Unreadable, match="damaged"):
        list(entries(b"PK\x03\x04nothing", splits=False))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "![x](https://evil.example/p.png)",
        '<a href="//evil" onclick="x">y</a>',
        "<style>p{}</style>",
    ],
)
def test_a_preview_holds_nothing_that_runs_or_loads(text: str) -> None:
    html = rendered(text)
    assert not any(tag in html for tag in ("<script", "<img", "<style", 'href="javascript', "<a "))


def test_markdown_is_shown_with_tables_and_links() -> None:
    html = rendered("| a | b |\n| - | - |\n| 1 | 2 |\n\n[us](https://x.example) **b**")
    assert "<td>1</td>" in html
    assert 'href="https://x.example" rel="noopener noreferrer nofollow"' in html


def taken(desk: Desk, *named: tuple[str, bytes], write: bool = True) -> Report:
    with desk.session() as session:
        told = bring(session, bundled(named), {}, write=write, progress=lambda done, total: None)
        session.flush()
        return told


def test_an_import_says_what_becomes_of_each_entry_and_updates_by_title(desk: Desk) -> None:
    first = ("a.csv", b"title,body\nTea,Hot\nMilk,Cold\n")
    assert taken(desk, first, write=False).counts == {"new articles": 2}
    assert taken(desk, first).counts == {"new articles": 2}
    second = ("b.csv", b"title,body,kind\nTea,Hotter,policy\nMilk,Cold,\nTea,Twice,\nOil,New,\n")
    told = taken(desk, second)
    assert told.counts == {"updated articles": 1, "unchanged articles": 1, "new articles": 1}
    assert [row[:3] for row in told.sample[1:]] == [
        ["Tea", "Changed", "Policy"],
        ["Milk", "Same", "Article"],
        ["Oil", "New", "Article"],
    ]
    assert [problem.message for problem in told.problems] == [
        "“Tea” is here twice: only the first is taken."
    ]
    with desk.session() as session:
        tea = session.scalars(select(KnowledgeArticle).where(KnowledgeArticle.title == "Tea")).one()
        assert (tea.body, tea.kind) == ("Hotter", ArticleKind.POLICY)


def test_several_files_are_brought_on_the_page_and_nothing_is_written_before_the_word(
    sign_in: SignIn, store_session: OpenStore, app: Flask
) -> None:
    agent: FlaskClient = sign_in(cast.BEN)
    assert "multiple" in agent.get("/harbor/imports/new?kind=knowledge").text
    files = [(io.BytesIO(b"One"), "one.md"), (io.BytesIO(b"Two"), "two.md")]
    said = {"kind": "knowledge", "are": "policy", "split": "whole"}
    answer = agent.post("/harbor/imports/new", data={**said, "file": files})
    assert answer.status_code == 303
    worker.drain(app)
    assert "Nothing has been imported yet" in (page := agent.get(answer.location).text)
    assert page.count("New") >= 2
    with store_session("harbor") as session:
        assert not session.scalars(select(KnowledgeArticle)).all()
        version = session.scalars(select(FileImport.version)).one()
    agent.post(f"{answer.location}/run", data={"version": version})
    worker.drain(app)
    with store_session("harbor") as session:
        rows = session.scalars(select(KnowledgeArticle).order_by(KnowledgeArticle.title)).all()
        assert [(row.title, row.kind) for row in rows] == [
            ("One", ArticleKind.POLICY),
            ("Two", ArticleKind.POLICY),
        ]
