"""The deployment files: they parse, name our variables and probes, and agree with each other."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from configparser import ConfigParser
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from shopapp import create_app
from shopapp.config import ROOT, Config

VARIABLES = {each.metadata["name"] for each in fields(Config)}
UNITS = sorted((ROOT / "deploy/systemd").iterdir())


@pytest.fixture(scope="module")
def fly() -> dict[str, object]:
    return tomllib.loads((ROOT / "fly.toml").read_text())


@pytest.fixture(scope="module")
def render() -> dict[str, object]:
    loaded: dict[str, object] = yaml.safe_load((ROOT / "render.yaml").read_text())
    return loaded


def unit(path: Path) -> ConfigParser:
    read = ConfigParser(interpolation=None, strict=False)
    read.optionxform = str  # type: ignore[assignment, method-assign]
    read.read_string(path.read_text())
    return read


def probes(tmp_path: Path) -> set[str]:
    config = Config(instance=tmp_path / "instance")
    return {rule.rule for rule in create_app(config).url_map.iter_rules()}


def test_only_our_variables_are_set(fly: dict, render: dict) -> None:  # type: ignore[type-arg]
    (service,) = render["services"]
    named = {*fly["env"], *(each["key"] for each in service["envVars"])}
    example = (ROOT / "deploy/shopapp.env.example").read_text()
    named |= set(re.findall(r"^#?([A-Z_]+)=", example, re.M))
    assert named - VARIABLES == set()


def test_probes_exist(fly: dict, render: dict, tmp_path: Path) -> None:  # type: ignore[type-arg]
    (check,) = fly["http_service"]["checks"]
    (service,) = render["services"]
    caddy = (ROOT / "deploy/Caddyfile").read_text()
    asked = {check["path"], service["healthCheckPath"], *re.findall(r"health_uri (\S+)", caddy)}
    assert asked <= probes(tmp_path)


def test_migrations_run_before_a_release(fly: dict, render: dict) -> None:  # type: ignore[type-arg]
    (service,) = render["services"]
    assert fly["deploy"]["release_command"] == service["preDeployCommand"] == "shopapp db upgrade"
    assert (ROOT / "Procfile").read_text().startswith("release: shopapp db upgrade\n")


def test_both_keep_the_instance_folder_on_a_disk(fly: dict, render: dict) -> None:  # type: ignore[type-arg]
    (service,) = render["services"]
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert fly["mounts"]["destination"] == service["disk"]["mountPath"] == "/data"
    assert "SHOPAPP_INSTANCE=/data" in dockerfile


def test_the_image_runs_as_nobody_special_and_holds_what_the_code_needs() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text()
    assert dockerfile.rindex("USER shopapp") > dockerfile.rindex("COPY")
    copied = set(re.findall(r"^COPY (?!--from)(.+?) \./", dockerfile, re.M))
    needed = {"requirements", "migrations", "seeds", "static", "templates", "shopapp"}
    assert needed <= {word for each in copied for word in each.split()}
    ignored = (ROOT / ".dockerignore").read_text()
    assert all(f"!{name}\n" in ignored for name in needed)


@pytest.mark.parametrize("path", UNITS, ids=lambda path: path.name)
def test_a_unit_stops_politely_and_keeps_to_itself(path: Path) -> None:
    service = unit(path)["Service"]
    assert service["ExecStart"].startswith("/opt/shopapp/.venv/bin/shopapp ")
    assert int(service["TimeoutStopSec"]) > 25  # what the worker gives its running jobs
    assert service["User"] == "shopapp"
    assert service["ProtectSystem"] == "strict"
    assert service["StateDirectoryMode"] == "0700"
    assert set(re.findall(r"^Environment=([A-Z_]+)=", path.read_text(), re.M)) <= VARIABLES


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="systemd is not installed here")
def test_systemd_takes_the_units() -> None:
    told = subprocess.run(
        ["systemd-analyze", "verify", *map(str, UNITS)], capture_output=True, text=True, check=False
    )
    complaints = [line for line in told.stderr.splitlines() if "shopapp" in line]
    assert [line for line in complaints if "is not executable" not in line] == []


def test_the_proxies_pass_on_what_is_trusted() -> None:
    nginx, caddy = (ROOT / f"deploy/{name}" for name in ("nginx.conf", "Caddyfile"))
    for text in (nginx.read_text(), caddy.read_text()):
        assert text.count("{") == text.count("}")
        assert "127.0.0.1:8000" in text
        assert "/metrics" in text or "metrics|" in text
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx.read_text()
    assert "proxy_set_header Host $host;" in nginx.read_text()
