"""Posting like a browser: the token of a page goes with the form."""

from __future__ import annotations

import re
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)">')
ANY_PAGE = "/nobody/lives/here"  # its error page carries a token, whoever asks
HTMX = {"HX-Request": "true", "HX-Request-Type": "partial"}


def token(client: FlaskClient) -> str:
    """A CSRF token of the client's session."""
    return TOKEN.search(client.get(ANY_PAGE).text)[1]  # type: ignore[index]


def post(
    client: FlaskClient, url: str, data: dict[str, Any] | None = None, **options: Any
) -> TestResponse:
    """Submit a form of a page of ours."""
    return client.post(url, data={**(data or {}), "csrf_token": token(client)}, **options)


def sign_in_through_the_page(
    client: FlaskClient, email: str, password: str, **more: str
) -> TestResponse:
    """Fill in the sign-in page and send it."""
    return post(client, "/login", {"email": email, "password": password, **more})
