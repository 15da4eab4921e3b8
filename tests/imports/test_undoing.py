"""An import of articles is taken back, but for what somebody edited since."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from shopapp import cli
from shopapp.audit.models import AuditEvent
from shopapp.imports.change_models import FileImportChange
from shopapp.imports.models import FileImport
from shopapp.inbox.actions import knowledge
from shopapp.inbox.models import ArticleKind, KnowledgeArticle
from shopapp.sheets.bundling import bundled
from tests import cast
from tests.conftest import SignIn
from tests.imports.desk import IMPORTS, Desk, products

Said = tuple[int, str]
BEFORE = knowledge.Typed("Tea", "Hot.", ArticleKind.POLICY, "https://tea.example")
SHEET = b"title,body,kind\nTea,Hotter.,article\nMilk,Cold.,\nOil,Slick.,\n"


def bring(desk: Desk, content: bytes = SHEET) -> str:
    """Tea is here already; the file changes it and adds two. The address of the import."""
    with desk.session() as session:
        if not session.scalars(select(KnowledgeArticle)).all():
            knowledge.create(session, BEFORE, by=None)
        session.commit()
    return desk.imported(bundled([("tea.csv", content)]), "knowledge")


def articles(desk: Desk) -> dict[str, tuple[str, bool]]:
    shown = KnowledgeArticle.title, KnowledgeArticle.body, KnowledgeArticle.is_active
    return {title: (body, is_active) for title, body, is_active in desk.all(*shown)}


def edit(desk: Desk, title: str, body: str) -> None:
    with desk.session() as session:
        found = select(KnowledgeArticle).where(KnowledgeArticle.title == title)
        session.scalars(found).one().body = body
        session.commit()


def test_undoing_archives_what_is_new_and_puts_the_former_text_back(desk: Desk) -> None:
    url = bring(desk)
    assert articles(desk)["Tea"] == ("Hotter.", True)
    assert desk.client.post(f"{url}/undoing").status_code == 303
    assert articles(desk) == {
        "Tea": ("Hot.", True),
        "Milk": ("Cold.", False),
        "Oil": ("Slick.", False),
    }
    with desk.session() as session:
        tea = session.scalars(select(KnowledgeArticle).where(KnowledgeArticle.title == "Tea")).one()
        assert (tea.kind, tea.url) == (BEFORE.kind, BEFORE.url)
    page = desk.client.get(url).text
    assert "2 archived, 1 put back as before" in page
    assert "by Ben" in page
    assert {"file.undone", "article.changed"} <= {word for (word,) in desk.all(AuditEvent.action)}
    assert desk.all(func.count(FileImportChange.id)) == [(0,)]


def test_what_was_edited_since_is_left_alone_and_named(desk: Desk) -> None:
    url = bring(desk)
    edit(desk, "Tea", "Ours by now.")
    desk.client.post(f"{url}/undoing")
    page = desk.client.get(url).text
    assert "2 archived; changed since and left alone: “Tea”" in page
    assert articles(desk)["Tea"] == ("Ours by now.", True)


def test_an_import_of_which_everything_was_edited_is_a_conflict_that_changes_nothing(
    desk: Desk,
) -> None:
    url = bring(desk, b"title,body\nTea,Hotter.\n")
    edit(desk, "Tea", "Ours by now.")
    refused = desk.client.post(f"{url}/undoing")
    assert refused.status_code == 409
    assert "Everything this import brought was changed since" in refused.text
    assert articles(desk) == {"Tea": ("Ours by now.", True)}
    assert desk.row().undone_at is None


def test_two_imports_are_undone_one_after_the_other_the_newer_one_first(desk: Desk) -> None:
    first, second = bring(desk), bring(desk, b"title,body\nTea,Boiling.\n")
    for url, body in ((second, "Hotter."), (first, "Hot.")):
        assert desk.client.post(f"{url}/undoing").status_code == 303
        assert articles(desk)["Tea"] == (body, True)


def test_an_undone_import_is_not_undone_again_and_can_be_brought_again(desk: Desk) -> None:
    url = bring(desk)
    desk.client.post(f"{url}/undoing")
    again = desk.client.post(f"{url}/undoing")
    assert again.status_code == 409
    assert "cannot be undone any more" in again.text
    bring(desk)
    assert articles(desk)["Tea"] == ("Hotter.", True)


def test_the_list_of_a_kind_says_which_can_be_undone(desk: Desk) -> None:
    url = bring(desk)
    desk.imported(products())
    page = desk.client.get(f"{IMPORTS}?kind=knowledge").text
    assert page.count(f'action="{url}/undoing"') == 1
    assert "Products" not in page
    assert "Undone" not in page
    desk.client.post(f"{url}/undoing")
    page = desk.client.get(f"{IMPORTS}?kind=knowledge").text
    assert "Undone" in page
    assert "/undoing" not in page
    assert "Nothing of this kind" in desk.client.get(f"{IMPORTS}?kind=orders").text


def test_products_are_no_articles_and_cannot_be_undone(desk: Desk) -> None:
    url = desk.imported(products())
    assert "/undoing" not in desk.client.get(url).text
    assert desk.client.post(f"{url}/undoing").status_code == 409


def test_undoing_is_for_who_may_import(desk: Desk, sign_in: SignIn) -> None:
    url = bring(desk)
    assert sign_in(cast.CLEO).post(f"{url}/undoing").status_code == 403
    assert articles(desk)["Tea"] == ("Hotter.", True)


@pytest.fixture
def run(
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., Said]:
    """`run("imports")`: the exit code and what was said."""
    monkeypatch.setenv("SHOPAPP_INSTANCE", str(tmp_path / "terminal"))
    monkeypatch.setenv("DATABASE_URL", database_url)

    def run(*arguments: str) -> Said:
        capsys.readouterr()
        code = cli.main(["knowledge", *arguments])
        said = capsys.readouterr()
        return code, said.out + said.err

    return run


def test_the_command_line_notes_lists_and_undoes_its_imports(
    desk: Desk, run: Callable[..., Said], tmp_path: Path
) -> None:
    file = tmp_path / "tea.csv"
    file.write_bytes(SHEET)
    assert run("import", "--dry-run", str(file))[0] == 0
    assert desk.all(func.count(FileImport.id)) == [(0,)]
    code, said = run("import", str(file))
    assert (code, desk.row().filename) == (0, "tea.csv")
    assert f"shopapp knowledge undo {desk.row().id} --store harbor" in said
    assert "at the terminal: 3 new articles" in run("imports")[1]
    assert "tea.csv: 3 archived" in run("undo")[1]
    assert not any(is_active for _, is_active in articles(desk).values())
    assert "Undone" in run("imports")[1]
    code, said = run("undo", desk.row().id)
    assert code == 1
    assert "No such import can be undone" in said
