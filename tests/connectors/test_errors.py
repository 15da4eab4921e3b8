"""What a service said becomes one plain line without secrets."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.connectors.errors import (
    AuthFailed,
    ConnectorError,
    Misconfigured,
    Permanent,
    Temporary,
    Unknown,
    plain_text,
)


@pytest.mark.parametrize("kind", [Temporary, Permanent, Unknown, Misconfigured, AuthFailed])
def test_an_error_says_what_happened_and_what_to_do(kind: type[Temporary]) -> None:
    error = kind("It broke.", fix="Mend it.")
    assert isinstance(error, ConnectorError)
    assert (str(error), error.message, error.fix) == ("It broke.", "It broke.", "Mend it.")
    assert error.permanent is (kind is not Temporary)


@given(st.binary(max_size=400))
def test_any_bytes_become_one_short_line(words: bytes) -> None:
    line = plain_text(words)
    assert len(line) <= 300
    assert line.isprintable() or line.encode()
    assert len(line.splitlines()) <= 1


@given(st.text(min_size=6, max_size=40, alphabet=st.characters(codec="utf-8")))
def test_a_secret_is_masked_in_every_form(secret: str) -> None:
    encoded = b64encode(secret.encode()).decode()
    line = plain_text(f"no {secret} and {encoded}!", [secret, None, ""])
    assert encoded not in line
    assert line == "no •••• and ••••!"
