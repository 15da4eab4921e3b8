"""copy, retention and privacy from the command line."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from shopapp import cli
from shopapp.catalog.models import Customer
from shopapp.config import Config
from shopapp.db import Session, db
from shopapp.ops.retention.rules import RULES
from shopapp.stores.models import Store
from shopapp.tenancy import bind
from tests import cast

Run = Callable[..., tuple[int, str, str]]
NILS = "nils@mail.example"


@pytest.fixture
def run(config: Config, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """`run("retention", "run")` on the database with the cast: exit code, output, last error."""
    monkeypatch.setenv("DATABASE_URL", config.database_url)
    monkeypatch.setenv("SHOPAPP_INSTANCE", str(config.instance))

    def run(*words: str) -> tuple[int, str, str]:
        code = cli.main(list(words))
        said, errors = capsys.readouterr()
        return code, said, errors.splitlines()[-1] if errors else ""

    return run


def _addresses(engine: Engine) -> list[str | None]:
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        return list(session.scalars(select(Customer.email)))


def test_copy_says_how_far_it_is_and_that_both_agree(
    run: Run, config: Config, tmp_path: Path
) -> None:
    target = f"sqlite:///{tmp_path / 'copy.db'}"
    code, said, _ = run("copy", "--from", config.owner_url, "--to", target)
    assert code == 0
    assert "copying: " in said
    assert "counts and hashes agree" in said
    code, said, refused = run("copy", "--from", config.owner_url, "--to", target)
    assert (code, said) == (1, "")
    assert "the target is not empty" in refused


@pytest.mark.parametrize("words", [("--dry-run",), (), ("--store", "harbor")])
def test_retention_counts_every_rule(run: Run, words: tuple[str, ...]) -> None:
    code, said, _ = run("retention", "run", *words)
    assert code == 0
    stores = ("harbor",) if "--store" in words else ("harbor", "hill")
    expected = [f"{store}: {rule.label}: 0" for store in stores for rule in RULES]
    lines = [line.rsplit(" ", 1)[0].removesuffix(" would") for line in said.splitlines()]
    assert lines == expected


def test_a_customer_is_exported_and_then_redacted(run: Run, tmp_path: Path, engine: Engine) -> None:
    archive = tmp_path / "nils.zip"
    about = ("--store", "harbor", "--customer", NILS)
    code, said, _ = run("privacy", "export", *about, "--to", str(archive))
    assert (code, said.splitlines()[0].startswith(f"Wrote {archive}")) == (0, True)
    assert NILS in zipfile.ZipFile(archive).read("customer.json").decode()
    code, said, refused = run("privacy", "redact-customer", *about, "--confirm", "yes")
    assert (code, refused) == (1, f"shopapp: Nothing was changed: --confirm must say '{NILS}'.")
    assert NILS in _addresses(engine)
    code, said, _ = run("privacy", "redact-customer", *about, "--confirm", NILS)
    assert (code, "customer: 1" in said) == (0, True)
    assert NILS not in _addresses(engine)
    code, _, refused = run("privacy", "redact-customer", *about, "--confirm", NILS)
    assert (code, refused) == (1, f"shopapp: harbor holds nothing about '{NILS}'.")


def test_a_store_is_redacted(run: Run, engine: Engine) -> None:
    code, said, _ = run("privacy", "redact-store", "--store", "harbor", "--confirm", "harbor")
    assert (code, "Redacted the store harbor" in said) == (0, True)
    with Session(db, bind=engine) as session:
        assert session.scalars(select(Store.handle)).all() == ["hill"]
