"""Commands of ours wherever they are written, compared with what click knows."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click

from shopapp.cli import cli
from shopapp.config import ROOT

PAGES = sorted(
    [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        ROOT / "SECURITY.md",
        *(ROOT / "docs").glob("*.md"),
    ]
)
DEPLOYMENT = sorted(
    [
        *(ROOT / name for name in ("fly.toml", "render.yaml", "Procfile", "Dockerfile")),
        *(path for path in (ROOT / "deploy").rglob("*") if path.is_file()),
    ]
)
_CODE = re.compile(r"^```\w*\n(?P<block>.*?)^```|`(?P<inline>[^`\n]+)`", re.M | re.S)
_REMARK = re.compile(r"^\s*#.*$|^Description=.*$", re.M)
_OURS = re.compile(r"(?:^|[\s=:/\"'(])shopapp(?: (?P<words>[^\n|;&`#)]*))")


def written(path: Path) -> Iterator[str]:
    """The words after `shopapp`, wherever a page's code or a deployment file has a command."""
    text = path.read_text()
    if path.suffix == ".md":
        found = (match["block"] or match["inline"] or "" for match in _CODE.finditer(text))
        text = "\n".join(found)
    else:
        text = _REMARK.sub("", text).replace('["shopapp", "', "shopapp ").replace('"]', "")
    for match in _OURS.finditer(text.replace("\\\n", " ")):
        words = match["words"].rstrip(" .,:")
        words = words.rstrip('"') if words.count('"') % 2 else words
        if re.match(r"[a-z]", words):
            yield words


def trouble(words: str) -> str | None:
    """What is wrong with a command, or None; placeholders (EMAIL, …) are taken as given."""
    command: click.Command = cli
    context = click.Context(cli, info_name="shopapp")
    rest = shlex.split(words.replace("[", "").replace("]", ""), comments=True)
    while rest and isinstance(command, click.Group) and not rest[0].startswith("-"):
        name = rest.pop(0)
        if name in ("…", "..."):
            return None
        found = command.get_command(context, name)
        if found is None:
            return f"there is no command {name!r} in {command.name}"
        command = found
    known = {option for each in command.params for option in (*each.opts, *each.secondary_opts)}
    unknown = (
        {word.partition("=")[0] for word in rest if re.match(r"--?[a-zA-Z]", word)}
        - known
        - {"--help", "-h"}
    )
    return f"{command.name} has no {', '.join(sorted(unknown))}" if unknown else None
