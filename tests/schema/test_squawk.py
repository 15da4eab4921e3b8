"""PostgreSQL's SQL of every migration, as squawk reads it."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

from alembic import command

from shopapp.ops import database


def test_squawk_has_nothing_to_say(tmp_path: Path) -> None:
    config = database.alembic_config("postgresql://nobody@127.0.0.1/nothing")
    config.output_buffer = io.StringIO()
    command.upgrade(config, "head", sql=True)
    script = tmp_path / "migrations.sql"
    script.write_text(config.output_buffer.getvalue())
    squawk = Path(sys.executable).with_name("squawk")
    rules = database.MIGRATIONS / "squawk.toml"
    ask = [squawk, "--config", rules, script]
    done = subprocess.run(ask, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert script.read_text().count("CREATE TABLE") > 20
