"""What a variable of the environment may say: type, form and bounds; and how it is shown."""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable
from dataclasses import Field, field
from math import inf
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

MASK = "••••"


class ConfigError(Exception):
    """A variable is malformed or missing; the message is one sentence that says what to do."""


def declared(
    name: str,
    default: Any,
    doc: str,
    *,
    secret: bool = False,
    form: str = "",
    within: tuple[float, float] = (0, inf),
) -> Any:
    """`form` is one of FORMS, for text; `within` bounds a number, both ends included."""
    told = {"name": name, "doc": doc, "secret": secret, "form": form, "within": within}
    return field(default=default, metadata=told, repr=not secret)


def read(spec: Field[Any], text: str) -> Any:
    """The value that `text` stands for; raises ConfigError naming the variable."""
    name, kind = spec.metadata["name"], str(spec.type)
    try:
        return _READERS[kind](text.strip())
    except ValueError:
        message = f"{name} is '{text}', but {_EXPECTED[kind]}"
        raise ConfigError(message) from None


def check(spec: Field[Any], value: Any) -> None:
    """Raise ConfigError when a number is out of its bounds or text is not of its form."""
    told = spec.metadata
    name, (least, most) = told["name"], told["within"]
    if isinstance(value, int | float) and not least <= value <= most:
        bounds = f"at least {least}" if most == inf else f"between {least} and {most}"
        message = f"{name} is {value}, but must be {bounds}"
        raise ConfigError(message)
    if value and told["form"]:
        fits, expected = FORMS[told["form"]]
        if not _holds(fits, value):
            said = "has a value that cannot be used" if told["secret"] else f"is '{value}'"
            message = f"{name} {said}: {expected}"
            raise ConfigError(message)


def shown(spec: Field[Any], value: Any) -> str:
    """`value` for people to see: of a URL the password is masked, any other secret wholly."""
    if isinstance(value, bool):
        return "on" if value else "off"
    text = str(value)
    if not spec.metadata["secret"] or not text:
        return text
    parts = urlsplit(text if spec.metadata["name"].endswith(("_URL", "_URI")) else "")
    if not parts.scheme or "password" in parts.query:
        return MASK
    return text.replace(f":{parts.password}@", f":{MASK}@", 1) if parts.password else text


def _flag(text: str) -> bool:
    if text.lower() in ("1", "true", "on", "yes"):
        return True
    if text.lower() in ("0", "false", "off", "no"):
        return False
    raise ValueError(text)


def _path(text: str) -> Path:
    try:
        return Path(text).expanduser().resolve()
    except RuntimeError:  # ~nobody-here
        raise ValueError(text) from None


_READERS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "bool": _flag,
    "Path": _path,
}
_EXPECTED = {
    "str": "text is expected",
    "int": "a whole number is expected",
    "bool": "on or off is expected",
    "Path": "a path is expected",
}


def _holds(fits: Callable[[str], bool], value: str) -> bool:
    try:
        return fits(value)
    except ValueError:  # urlsplit's and base64's word for nonsense
        return False


def _is_url(*schemes: str) -> Callable[[str], bool]:
    def fits(value: str) -> bool:
        parts = urlsplit(value)
        return parts.scheme in schemes and bool(parts.hostname) and (parts.port or 1) > 0

    return fits


def _is_database(value: str) -> bool:
    if value.startswith("sqlite:"):
        return value.startswith("sqlite:///") and len(value) > len("sqlite:///")
    parts = urlsplit(value)
    places = bool(parts.netloc or parts.path.strip("/"))
    return parts.scheme in _POSTGRESQL and places and (parts.port or 1) > 0


def _is_bucket(value: str) -> bool:
    parts = urlsplit(value)
    endpoints = parse_qs(parts.query, strict_parsing=True) if parts.query else {}
    return (
        parts.scheme == "s3"
        and bool(parts.netloc)
        and set(endpoints) <= {"endpoint"}
        and all(_is_url("http", "https")(each) for each in endpoints.get("endpoint", []))
    )


def _is_keys(value: str) -> bool:
    entries = [entry.strip().partition(":") for entry in value.split(",") if entry.strip()]
    return bool(entries) and all(
        name and len(b64decode(key, validate=True)) == 32 for name, _, key in entries
    )


def _is_resolvers(value: str) -> bool:
    places = [urlsplit(f"//{place.strip()}") for place in value.split(",")]
    return all(re.fullmatch(r"[0-9a-f.:]+", p.hostname or "") and (p.port or 1) for p in places)


_POSTGRESQL = ("postgres", "postgresql", "postgresql+psycopg")
FORMS: dict[str, tuple[Callable[[str], bool], str]] = {
    "address": (
        lambda value: bool(re.fullmatch(r"[^@]*[^@\s]@[^@\s]+", value)),
        "an address like shopapp@example.com is expected",
    ),
    "age": (
        lambda value: bool(re.fullmatch(r"age1[0-9a-z]{58}", value)),
        "an age public key is expected, which begins with age1",
    ),
    "database": (
        _is_database,
        "a URL like sqlite:///file.db or postgresql://host/name is expected",
    ),
    "http": (_is_url("http", "https"), "it must start with http:// or https://, with a host"),
    "keys": (_is_keys, "id:base64 of 32 bytes is expected, several with commas between"),
    "bucket": (_is_bucket, "s3://bucket/prefix is expected, perhaps with ?endpoint=https://…"),
    "counts": (
        lambda value: value == "memory://" or _is_url("redis", "rediss")(value),
        "memory:// or a URL like redis://host/0 is expected",
    ),
    "queue": (
        _is_url("redis", "rediss", "postgres", "postgresql"),
        "a URL like redis://host/0 or postgresql://user:password@host/queue is expected",
    ),
    "log": (lambda value: value in ("text", "json"), "text or json is expected"),
    "scanner": (
        lambda value: bool(re.fullmatch(r"tcp://[^/:]+:\d+|unix:///.+|command:.+", value)),
        "tcp://host:3310, unix:///run/clamd.sock or command:… is expected",
    ),
    "resolvers": (
        _is_resolvers,
        "IP addresses are expected, each with :port where it is not 53, with commas between",
    ),
    "smtp": (_is_url("smtp", "smtps"), "a URL like smtp://user:password@host:587 is expected"),
}
