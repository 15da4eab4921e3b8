"""Bundling: several files as one zip, so that an import keeps their names."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence


def bundled(files: Sequence[tuple[str, bytes]]) -> bytes:
    """One zip of the files; a single zip stays as it is. Two of one name are told apart."""
    if len(files) == 1 and files[0][1][:4] == b"PK\x03\x04":
        return files[0][1]
    held, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for number, (path, content) in enumerate(files, 1):
            name = path.replace("\\", "/").rpartition("/")[2]
            name = f"{number}/{name}" if name in taken else name
            taken.add(name)
            archive.writestr(name, content)
    return held.getvalue()
