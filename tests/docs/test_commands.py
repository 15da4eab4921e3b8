"""Every command that is written down exists, with its options."""

from __future__ import annotations

from pathlib import Path

import pytest

from shopapp.config import ROOT
from tests.docs.commands import DEPLOYMENT, PAGES, trouble, written


@pytest.mark.parametrize(
    "path", [*PAGES, *DEPLOYMENT], ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_command_exists(path: Path) -> None:
    assert not {words: found for words in written(path) if (found := trouble(words))}


def test_commands_are_found_where_they_are_written() -> None:
    seen = {path.name: [*written(path)] for path in (*PAGES, *DEPLOYMENT)}
    assert "db upgrade" in seen["fly.toml"]
    assert "db upgrade" in seen["render.yaml"]
    assert seen["Procfile"] == ["db upgrade", "serve", "work"]
    assert seen["Dockerfile"][-1] == "serve"
    assert "serve" in seen["shopapp.service"]
    assert "work --threads 2" in seen["shopapp-work@.service"]
    assert sum(map(len, seen.values())) >= 15


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("db upgrade", None),
        ("users add --email EMAIL --store STORE [--role agent]", None),
        ("users …", None),
        ("seed --scenario base --reset", None),
        ("fly away", "there is no command 'fly' in cli"),
        ("db upgrade --wings", "upgrade has no --wings"),
    ],
)
def test_a_command_that_is_not_there_is_found(words: str, said: str | None) -> None:
    assert trouble(words) == said
