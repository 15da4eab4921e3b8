"""Bundles: an export's files as they are written, with their hashes, and the zip of all of them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from shutil import copyfileobj
from types import TracebackType
from typing import Any, BinaryIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from shopapp.drafts.exporting.examples import Kind, LeftOut, Lesson
from shopapp.drafts.exporting.splitting import Split

FORMAT = 1
README = "README.txt"
MANIFEST = "manifest.json"
_MIDNIGHT = (1980, 1, 1, 0, 0, 0)
"""The same moment in every zip: equal contents are equal bytes."""
_HOW = """Drafts as training data
=======================

preference/  what a person made of a draft (chosen) and the draft (rejected), for DPO and its kin
sft/         what was sent
unpaired/    drafts with a label: fit to be sent, or not, for KTO and its kin

Each folder has train.jsonl, validation.jsonl and test.jsonl, as far as there are rows; line N of
train.sidecar.jsonl tells of line N of train.jsonl: reward, class, opcodes, model, intent.
No customer is in two splits, and test is the newest. manifest.json has counts and sha256 sums.

    from datasets import load_dataset
    pairs = load_dataset("json", data_files={"train": "preference/train.jsonl"})
"""


class Bundle:
    """A folder that lessons are written into, a line at a time; nothing is kept in memory."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: Counter[tuple[Kind, Split]] = Counter()
        self.left_out: Counter[tuple[str, LeftOut]] = Counter()
        self._files: dict[str, _Lines] = {}
        self._open = ExitStack()

    def __enter__(self) -> Bundle:
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: object, _trace: TracebackType | None
    ) -> None:
        self._open.close()

    def add(self, lesson: Lesson, split: Split) -> None:
        """Write the rows of a lesson with their sidecars; note why it has no others."""
        for kind, row in lesson.rows.items():
            self._file(f"{kind}/{split}.jsonl").write(row)
            self._file(f"{kind}/{split}.sidecar.jsonl").write(lesson.sidecar)
            self.rows[kind, split] += 1
        for kind, reason in lesson.left_out.items():
            self.left_out[kind, reason] += 1

    def leave_out(self, reason: LeftOut, number: int = 1) -> None:
        """Drafts that are in no file."""
        if number:
            self.left_out["all", reason] += number

    def finish(self, about: Mapping[str, Any]) -> dict[str, Any]:
        """Write the manifest, `about` with counts and sums, and the README; the manifest."""
        self._open.close()
        manifest = {
            "format": FORMAT,
            **about,
            "rows": {k: {s: self.rows[k, s] for s in Split} for k in Kind},
            "left_out": _nested(self.left_out),
            "files": {name: self._files[name].told() for name in sorted(self._files)},
        }
        (self.folder / README).write_text(_HOW)
        (self.folder / MANIFEST).write_text(_plain(manifest, indent=2) + "\n")
        return manifest

    def _file(self, name: str) -> _Lines:
        if name not in self._files:
            path = self.folder / name
            path.parent.mkdir(exist_ok=True)
            self._files[name] = _Lines(self._open.enter_context(path.open("wb")))
        return self._files[name]


def pack(folder: Path, to: Path) -> None:
    """The files of `folder` as a zip, the same bytes for the same files."""
    with ZipFile(to, "w", ZIP_DEFLATED) as archive:
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            entry = ZipInfo(path.relative_to(folder).as_posix(), _MIDNIGHT)
            entry.compress_type, entry.external_attr = ZIP_DEFLATED, 0o600 << 16
            with path.open("rb") as source, archive.open(entry, "w") as target:
                copyfileobj(source, target)


class _Lines:
    """A file of JSON lines that counts and sums what it takes."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._sum, self._rows, self._bytes = file, hashlib.sha256(), 0, 0

    def write(self, row: Mapping[str, Any]) -> None:
        line = _plain(row).encode("utf-8", "replace") + b"\n"
        self._file.write(line)
        self._sum.update(line)
        self._rows += 1
        self._bytes += len(line)

    def told(self) -> dict[str, Any]:
        return {"rows": self._rows, "bytes": self._bytes, "sha256": self._sum.hexdigest()}


def _plain(value: Mapping[str, Any], indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent)


def _nested(counts: Counter[tuple[str, LeftOut]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for (kind, reason), number in sorted(counts.items()):
        found.setdefault(kind, {})[reason] = number
    return found
