"""The installation's keys: made once, by one process, for one user, and never shown."""

from __future__ import annotations

import json
import pickle
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from shopapp.config import ROOT, Config
from shopapp.crypto import instance
from shopapp.crypto.instance import InstanceError
from shopapp.crypto.keyrings import KeyringError

FILES = ("keyring.json", "secrets.json")
WAIT_AND_LOAD = """
import sys, time
from pathlib import Path
from shopapp.config import Config
from shopapp.crypto import instance
folder, start = Path(sys.argv[1]), Path(sys.argv[2])
Path(sys.argv[3]).touch()
while not start.exists():
    time.sleep(0.001)
keys = instance.load(Config(instance=folder))
print(keys.secret_key, keys.keyring.current, keys.keyring.local.keys[keys.keyring.current].hex())
"""


@pytest.fixture
def made(tmp_path: Path) -> Config:
    """A configuration whose instance folder has its keys."""
    config = Config(instance=tmp_path / "instance")
    instance.load(config)
    return config


def test_keys_are_made_once_and_kept(made: Config) -> None:
    first, second = instance.load(made), instance.load(made)
    assert first == second
    assert len({first.secret_key, first.password_salt, first.totp_key}) == 3


def test_two_installations_share_no_key(made: Config, tmp_path: Path) -> None:
    one, other = instance.load(made), instance.load(Config(instance=tmp_path / "other"))
    assert one.secret_key != other.secret_key
    assert one.keyring.local.keys.values() != other.keyring.local.keys.values()


def test_files_and_folder_are_for_their_owner_alone(made: Config) -> None:
    assert stat.S_IMODE(made.instance.stat().st_mode) == 0o700
    for name in FILES:
        assert stat.S_IMODE((made.instance / name).stat().st_mode) == 0o600
    assert sorted(path.name for path in made.instance.iterdir()) == list(FILES)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("mode", [0o640, 0o604, 0o666])
def test_a_file_that_others_may_read_stops_the_start(made: Config, name: str, mode: int) -> None:
    path = made.instance / name
    path.chmod(mode)
    with pytest.raises(InstanceError) as refused:
        instance.load(made)
    assert str(refused.value).endswith(f"run chmod 600 {path}")


def test_processes_that_start_at_once_agree_on_the_keys(tmp_path: Path) -> None:
    folder, start = tmp_path / "instance", tmp_path / "start"
    ready = [tmp_path / f"ready-{number}" for number in range(4)]
    racing = [
        subprocess.Popen(
            [sys.executable, "-c", WAIT_AND_LOAD, folder, start, flag],
            cwd=ROOT,
            stdout=subprocess.PIPE,
        )
        for flag in ready
    ]
    while not all(flag.exists() for flag in ready):
        assert all(each.poll() is None for each in racing)
    start.touch()
    told = {each.communicate()[0] for each in racing}
    assert len(told) == 1
    assert told != {b""}
    assert sorted(path.name for path in folder.iterdir()) == list(FILES)


def test_a_file_in_place_of_the_folder_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "instance").write_text("")
    with pytest.raises(InstanceError, match="cannot be made"):
        instance.load(Config(instance=tmp_path / "instance"))


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"secret_key": "x"}'])
def test_a_broken_file_is_one_sentence_and_is_not_overwritten(made: Config, text: str) -> None:
    path = made.instance / "secrets.json"
    path.write_text(text)
    with pytest.raises(InstanceError, match="restore it from your backup"):
        instance.load(made)
    assert path.read_text() == text


def test_a_broken_keyring_is_not_overwritten(made: Config) -> None:
    path = made.instance / "keyring.json"
    path.write_text("{")
    with pytest.raises(KeyringError, match="cannot be read"):
        instance.load(made)
    assert path.read_text() == "{"


def test_keys_of_the_environment_win_and_leave_no_keyring_file(tmp_path: Path) -> None:
    config = Config(instance=tmp_path / "i", secret_key="given", encryption_keys=f"e:{'A' * 43}=")
    keys = instance.load(config)
    assert keys.secret_key == "given"
    assert keys.keyring.local.keys == {"e": bytes(32)}
    assert not (config.instance / "keyring.json").exists()


def test_keys_are_neither_shown_nor_pickled(made: Config) -> None:
    keys = instance.load(made)
    stored = json.loads((made.instance / "secrets.json").read_text())
    assert not [secret for secret in stored.values() if secret in f"{keys} {keys!r}"]
    with pytest.raises(TypeError, match="InstanceKeys holds a key"):
        pickle.dumps(keys)
