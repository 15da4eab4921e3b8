"""Logs: one event a line, with the request's id, and never a secret."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from shopapp import logs
from tests.web.forms import sign_in_through_the_page

SECRET = "hunter2hunter2"
names = st.sampled_from(["password", "SECRET_KEY", "api_key", "apikey", "csrf_token", "Cookie"])
plain = st.dictionaries(st.sampled_from(["a", "b"]), st.integers() | st.text(), max_size=2)


def buried(value: Any) -> Any:
    """`value` at some depth of lists and dictionaries."""
    return st.recursive(
        st.just(value),
        lambda inner: (
            st.lists(inner, min_size=1, max_size=2)
            | st.dictionaries(st.sampled_from(["x", "y"]), inner, min_size=1, max_size=2)
        ),
        max_leaves=4,
    )


@given(name=names, value=buried(SECRET), rest=plain)
def test_what_is_called_a_secret_is_not_written(name: str, value: Any, rest: Any) -> None:
    said = logs.redact(None, "", {"event": "x", **rest, "deep": [{name: value}], name: value})
    assert SECRET not in json.dumps(said)
    assert {key: said[key] for key in rest} == rest


@given(
    scheme=st.sampled_from(["smtp", "postgresql+psycopg", "https"]),
    user=st.from_regex(r"[a-z0-9._-]{0,8}", fullmatch=True),
    around=st.tuples(st.text(alphabet="ab \n"), st.text(alphabet="ab \n")),
    data=st.data(),
)
def test_a_password_inside_an_address_is_not_written(
    scheme: str, user: str, around: tuple[str, str], data: st.DataObject
) -> None:
    text = f"{around[0]} {scheme}://{user}:{SECRET}@host:1/x {around[1]}"
    said = logs.redact(None, "", {"event": text, "deep": data.draw(buried(text))})
    assert SECRET not in json.dumps(said)
    assert "host:1/x" in said["event"]


Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Lines]:
    """`written()`: the lines logged as JSON since it was called last."""

    def read() -> list[dict[str, Any]]:
        lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
        logs.configure("json")
        return lines

    yield read
    logs.configure("text")


def test_a_line_of_a_request_carries_its_id(client: FlaskClient, written: Lines) -> None:
    written()
    answer = sign_in_through_the_page(client, "nobody@harbor.example", SECRET)
    said = [line for line in written() if line["event"] == "sign_in.refused"]
    assert [line["request_id"] for line in said] == [answer.headers["X-Request-ID"]]


def test_a_refused_sign_in_leaves_no_password_in_the_log(
    client: FlaskClient, written: Lines
) -> None:
    written()
    sign_in_through_the_page(client, "nobody@harbor.example", SECRET)
    said = written()
    assert said
    assert SECRET not in json.dumps(said)


def test_lines_of_libraries_are_of_the_same_kind(written: Lines) -> None:
    written()
    logging.getLogger("a.library").warning("sent to smtp://me:%s@host", SECRET)
    (line,) = written()
    assert line["event"] == "sent to smtp://me:[redacted]@host"
    assert line["level"] == "warning"
