"""A backup of any size passes through a little memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from shopapp.config import ROOT
from tests.ops.backups.heavy import MEBIBYTE


def test_64_mebibytes_pass_through_less_than_half_of_that(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.ops.backups.heavy", str(tmp_path), "64"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["artefact"] > 64 * MEBIBYTE
    assert told["files"] == 8
    assert told["create"]["peak"] < 32 * MEBIBYTE
    assert told["restore"]["peak"] < 32 * MEBIBYTE
