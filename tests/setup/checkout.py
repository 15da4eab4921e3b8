"""A small checkout to set up: the real bootstrap.py, a stand-in for shopapp, empty locks."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
CLOSED = "http://127.0.0.1:9/simple"  # nobody listens there
COMMAND = "def main():\n    import sys\n    print(sys.argv[1:])\n    return 3\n"


@dataclass(frozen=True)
class Checkout:
    """A folder like the repository's, small enough to be set up in a test without a network."""

    root: Path

    @property
    def stamp(self) -> Path:
        """What says that the set-up was finished."""
        return self.root / ".venv/setup-done"

    def fill(self) -> None:
        (self.root / "requirements").mkdir(parents=True)
        for name in ("build", "runtime", "dev"):
            (self.root / "requirements" / f"{name}.txt").touch()
        (self.root / "shopapp").mkdir()
        (self.root / "shopapp/cli.py").write_text(COMMAND)
        shutil.copy(ROOT / "bootstrap.py", self.root)

    def start(self, name: str = "runtime", **environment: str) -> subprocess.Popen[str]:
        own = {key: value for key, value in os.environ.items() if not key.startswith("PIP_")}
        return subprocess.Popen(
            [sys.executable, "bootstrap.py", name],
            cwd=self.root,
            env={**own, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def set_up(self, name: str = "runtime", **environment: str) -> tuple[int, str]:
        """The exit code and what was said."""
        started = self.start(name, **environment)
        said, _ = started.communicate()
        return started.returncode, said

    def times(self) -> dict[str, int]:
        """When each file was last written."""
        return {str(each): each.lstat().st_mtime_ns for each in self.root.rglob("*")}

    def has(self, package: str) -> bool:
        return bool([*(self.root / ".venv/lib").glob(f"*/site-packages/{package}")])

    def wheel(self, version: str) -> Path:
        """Publish a wheel named 'tiny' in a folder beside, and lock it."""
        made = self.root.parent / "wheels" / f"tiny-{version}-py3-none-any.whl"
        made.parent.mkdir()
        about = f"tiny-{version}.dist-info"
        with zipfile.ZipFile(made, "w") as wheel:
            wheel.writestr("tiny/__init__.py", "")
            wheel.writestr(
                f"{about}/METADATA", f"Metadata-Version: 2.1\nName: tiny\nVersion: {version}"
            )
            wheel.writestr(
                f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
            )
            wheel.writestr(f"{about}/RECORD", "")
        sha = hashlib.sha256(made.read_bytes()).hexdigest()
        lock = self.root / "requirements/runtime.txt"
        lock.write_text(f"tiny=={version} --hash=sha256:{sha}\n")
        return made
