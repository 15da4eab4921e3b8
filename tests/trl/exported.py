"""What we export, as datasets and TRL see it. Only `make exports` collects this file."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.drafts import history
from tests.drafts.test_exporting import written
from tests.house.repository import ROOT
from tests.jobs.scaffold import Shop, shop

__all__ = ["shop"]
COLUMNS = {
    "preference": ["chosen", "prompt", "rejected"],
    "sft": ["completion", "prompt"],
    "unpaired": ["completion", "label", "prompt"],
}


@pytest.fixture
def exported(shop: Shop, tmp_path: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The manifest of an export, and what the libraries say of its files."""
    with shop.session() as session:
        history.plant(session, rounds=3)
    manifest = written(shop, tmp_path / "x")
    said = subprocess.run(
        [ROOT / ".venv-exports/bin/python", ROOT / "tests/trl/loading.py", tmp_path / "x"],
        env={**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    return manifest, json.loads(said.stdout.splitlines()[-1])


def test_trl_takes_every_file_as_it_is(
    exported: tuple[dict[str, Any], dict[str, Any]],
) -> None:
    manifest, told = exported
    assert {name: each["rows"] for name, each in told.items()} == {
        name: each["rows"] for name, each in manifest["files"].items()
    }
    kinds = {name: name.partition("/")[0] for name in told if ".sidecar" not in name}
    assert set(kinds.values()) == set(COLUMNS)
    for name, kind in kinds.items():
        assert told[name]["columns"] == COLUMNS[kind]
        assert told[name]["conversational"]
        assert told[name]["prompt_kept"]
        (filled,) = told[name]["templated"]
        assert filled["prompt"].startswith("<system>You draft replies for Harbor Tea.")
        assert filled["prompt"].endswith("</user><assistant>")
        assert filled.get("chosen", filled.get("completion")).endswith("</assistant>")
    pairs = told["preference/train.jsonl"]
    assert pairs["prompt_found"]
    assert pairs["unpaired"] == {
        "columns": ["completion", "label", "prompt"],
        "labels": [False] * pairs["rows"] + [True] * pairs["rows"],
    }
    assert "opcodes" in told["unpaired/train.sidecar.jsonl"]["columns"]
