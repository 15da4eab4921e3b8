"""`make fmt`: writes everything a machine can write, and names each file it changed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from shopapp.config import ROOT
from shopapp.ops import schemapage, written


def main() -> None:
    """Format the code, then rewrite what is generated."""
    for command in (["check", "--fix-only", "--quiet", "."], ["format", "."]):
        subprocess.run([sys.executable, "-m", "ruff", *command], cwd=ROOT, check=False)
    for path, text in generated():
        if not path.exists() or path.read_text() != text:
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            sys.stdout.write(f"wrote {path.relative_to(ROOT)}\n")


def generated() -> Iterator[tuple[Path, str]]:
    """Each file that holds generated text, with the text it should have."""
    for template in written.templates():
        yield template, written.with_needs(template.read_text())
    readme = ROOT / "README.md"
    if readme.exists():
        yield readme, written.with_map(readme.read_text())
    yield ROOT / "docs" / "configuration.md", written.configuration_page()
    yield ROOT / "docs" / "data-model.md", schemapage.page()


if __name__ == "__main__":
    main()
