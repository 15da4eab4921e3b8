"""Drafts as training data: which rows come out, redacted, split, and the same bytes each time."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from shopapp import cli
from shopapp.accounts.models import User
from shopapp.drafts.actions import exporting
from shopapp.drafts.models import DraftExport, ExportState
from shopapp.drafts.queries import exportable
from shopapp.drafts.queries.filters import Filters
from shopapp.inbox.queries import origins
from shopapp.jobs import worker
from shopapp.mail.files import Files
from shopapp.ops.privacy import actions as privacy
from shopapp.ops.privacy import people
from shopapp.refusals import Invalid
from tests import cast
from tests.drafts import history
from tests.jobs.scaffold import Shop, shop

__all__ = ["shop"]
assert origins.Tickets


@pytest.fixture
def seeded(shop: Shop) -> Shop:
    """The store with a history of decided drafts."""
    with shop.session() as session:
        history.plant(session, rounds=3)
    return shop


def written(shop: Shop, folder: Path, **filters: str) -> dict[str, Any]:
    """An export in `folder`, as the command line writes it; its manifest."""
    with shop.session() as session:
        session.reading = True
        plan = exportable.plan(session, Filters.read(filters))
        pages = exporting.read_pages(session, plan, lambda *_: None)
        return exporting.write(plan, pages, folder)


def rows(folder: Path, kind: str, part: str = "") -> list[dict[str, Any]]:
    """All rows of a kind, the splits in order; `part` is '.sidecar' for what stands beside."""
    files = (folder / kind / f"{split}{part}.jsonl" for split in ("train", "validation", "test"))
    lines = (line for each in files if each.exists() for line in each.read_text().splitlines())
    return [json.loads(line) for line in lines]


def test_only_edited_bodies_make_pairs(seeded: Shop, tmp_path: Path) -> None:
    manifest = written(seeded, tmp_path / "x")
    pairs = rows(tmp_path / "x", "preference")
    beside = rows(tmp_path / "x", "preference", ".sidecar")
    assert len(pairs) == len(beside) > 3
    assert {each["edit_class"] for each in beside} == {"light", "rewrite"}
    assert all(pair["chosen"] != pair["rejected"] for pair in pairs)
    assert all(pair["prompt"][-1]["role"] == "user" for pair in pairs)
    left = manifest["left_out"]["preference"]
    assert left["sent as it was"]
    assert left["only greeting or signature changed"]
    assert manifest["left_out"]["all"]["overtaken by a newer message"] == 4


def test_labels_say_what_was_fit_to_be_sent(seeded: Shop, tmp_path: Path) -> None:
    written(seeded, tmp_path / "x")
    labelled = rows(tmp_path / "x", "unpaired")
    beside = rows(tmp_path / "x", "unpaired", ".sidecar")
    found = {(each["edit_class"], row["label"]) for row, each in zip(labelled, beside, strict=True)}
    assert found == {("as_is", True), ("light", True), ("discarded", False)}


def test_nobody_is_named_in_any_file(seeded: Shop, tmp_path: Path) -> None:
    written(seeded, tmp_path / "x")
    text = "".join(each.read_text() for each in (tmp_path / "x").rglob("*.jsonl"))
    digits = re.sub(r"[\s()-]", "", text)
    for writer in history.WRITERS:
        assert writer.email not in text.lower()
        assert writer.phone[-9:] not in digits
        assert not re.search(rf"\b({writer.first}|{writer.last}|{writer.city})\b", text)
    assert "Orchard" not in text
    assert "track.example" not in text
    assert not re.search(r"#4\d{3}\b", text)
    assert "[PERSON_1]" in text


def test_one_person_is_one_placeholder_in_all_their_rows(seeded: Shop, tmp_path: Path) -> None:
    written(seeded, tmp_path / "x")
    sent = [row["prompt"][-1]["content"] for row in rows(tmp_path / "x", "sft")]
    pairs = {tuple(re.findall(r"\[(?:EMAIL|PHONE)_\d+\]", each)) for each in sent}
    assert len({email for email, _ in pairs}) == len(pairs)


def test_no_customer_is_in_two_splits_and_test_is_the_newest(seeded: Shop, tmp_path: Path) -> None:
    manifest = written(seeded, tmp_path / "x")
    people: dict[str, set[str]] = {}
    moments: dict[str, list[str]] = {}
    for split in ("train", "validation", "test"):
        path = tmp_path / "x" / "unpaired" / f"{split}.jsonl"
        for line in path.read_text().splitlines() if path.exists() else ():
            people.setdefault(split, set()).update(re.findall(r"\[EMAIL_\d+\]", line))
        beside = path.with_suffix(".sidecar.jsonl")
        for line in beside.read_text().splitlines() if beside.exists() else ():
            moments.setdefault(split, []).append(json.loads(line)["at"])
    assert manifest["left_out"]["all"]["the customer is in an earlier split"]
    assert max(moments["train"]) < min(moments.get("test", ["3"]))
    seen = [person for each in people.values() for person in each]
    assert len(seen) == len(set(seen))


def test_the_same_drafts_are_the_same_bytes(seeded: Shop, tmp_path: Path) -> None:
    first, second = (written(seeded, tmp_path / name) for name in ("a", "b"))
    assert first == second
    packed = [tmp_path / "a.zip", tmp_path / "b.zip"]
    for path in packed:
        exporting.pack(tmp_path / path.stem, path)
    assert packed[0].read_bytes() == packed[1].read_bytes()


def test_the_same_pages_come_whatever_their_size(
    seeded: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = written(seeded, tmp_path / "a")
    monkeypatch.setattr(exportable, "PAGE", 3)
    assert written(seeded, tmp_path / "b") == whole


def test_filters_narrow_by_day_and_model(seeded: Shop, tmp_path: Path) -> None:
    assert written(seeded, tmp_path / "a", model="gpt")["drafts"] == 0
    assert written(seeded, tmp_path / "b", since="2026-08-22", until="2026-08-22")["drafts"] < 20
    with pytest.raises(Invalid, match="not a day"):
        Filters.read({"since": "yesterday"})
    with pytest.raises(Invalid, match="before the first"):
        Filters.read({"since": "2026-11-02", "until": "2026-11-01"})


def test_a_job_writes_the_zip_also_after_a_worker_was_killed(seeded: Shop) -> None:
    with seeded.session() as session:
        made = exporting.request(session, Filters(), by=session.get_one(User, cast.ADA.id))
        export_id = made.id
    killed = seeded.config.instance / "exports" / f"{export_id}-0" / "files"
    killed.mkdir(parents=True)
    (killed / "half.jsonl").write_text("{")
    assert worker.drain(seeded.app) == 1
    with seeded.session() as session:
        row = session.get_one(DraftExport, export_id)
        assert row.state is ExportState.DONE
        assert row.counts["preference"] > 3
        kept = Files.of(seeded.config, seeded.store_id)
        with kept.open(row.file or "") as file, ZipFile(file) as archive:
            names = archive.namelist()
            assert json.loads(archive.read("manifest.json"))["rows"]["sft"]["train"]
        assert "preference/train.sidecar.jsonl" in names
    assert list((seeded.config.instance / "exports").iterdir()) == []


def test_a_cancelled_export_writes_nothing(seeded: Shop) -> None:
    with seeded.session() as session:
        ada = session.get_one(User, cast.ADA.id)
        row = exporting.request(session, Filters(), by=ada)
        exporting.cancel(session, row, by=ada)
    worker.drain(seeded.app)
    with seeded.session() as session:
        assert session.scalars(select(DraftExport)).one().file is None


def test_an_export_without_drafts_is_refused(shop: Shop) -> None:
    with shop.session() as session, pytest.raises(Invalid, match="widen the filters"):
        exporting.request(session, Filters(), by=session.get_one(User, cast.ADA.id))


def test_the_command_line_writes_the_same_files(
    seeded: Shop,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("DATABASE_URL", seeded.config.database_url)
    monkeypatch.setenv("SHOPAPP_INSTANCE", str(seeded.config.instance))
    words = ["drafts", "export", "--store", "harbor", "--model", "embedded", "--to"]
    assert cli.main([*words, str(tmp_path / "a")]) == 0
    assert "preference: train" in capsys.readouterr().out
    assert written(seeded, tmp_path / "b", model="embedded") == manifest(tmp_path / "a")
    assert cli.main([*words, str(tmp_path / "a")]) == 1
    assert "is not empty: name a new folder" in capsys.readouterr().err


def test_a_forgotten_customer_takes_every_export_along(seeded: Shop) -> None:
    with seeded.session() as session:
        exporting.request(session, Filters(), by=session.get_one(User, cast.ADA.id))
    worker.drain(seeded.app)
    with seeded.session() as session:
        digest = session.scalars(select(DraftExport.file)).one()
        person = people.find(session, email=history.WRITERS[0].email)
        assert person is not None
        privacy.redact_customer(session, person, config=seeded.config, by=None)
        session.commit()
        assert session.scalars(select(DraftExport.file)).one() is None
    assert not Files.of(seeded.config, seeded.store_id).exists(digest or "")


def manifest(folder: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
    return told
