"""Reading the settings' pages: parsed answers, what a form holds, what htmx would send."""

from __future__ import annotations

from typing import Any

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

PARTIAL = {"HX-Request": "true", "HX-Request-Type": "partial"}
HOME = "/harbor/settings"


def parsed(response: TestResponse) -> BeautifulSoup:
    """The answer's markup."""
    return BeautifulSoup(response.get_data(as_text=True), "html.parser")


def words(response: TestResponse) -> str:
    """What a person reads, white space evened."""
    return " ".join(parsed(response).get_text(" ").split())


def form(client: FlaskClient, path: str, form_id: str) -> dict[str, str]:
    """What the form of a page would send if nobody touched it."""
    response = client.get(path)
    assert response.status_code == 200
    return filled(parsed(response), form_id)


def filled(page: BeautifulSoup, form_id: str) -> dict[str, str]:
    """The values a form would send: fields, switches that are on, choices; no buttons."""
    found = page.find(id=form_id)
    assert isinstance(found, Tag), f"there is no #{form_id}"
    return {
        str(each["name"]): _value(each)
        for each in found.find_all(["input", "textarea", "select"])
        if each.get("type") != "checkbox" or each.has_attr("checked")
    }


def by_id(page: BeautifulSoup, element_id: str) -> Tag:
    """The element with this id."""
    found = page.find(id=element_id)
    assert isinstance(found, Tag), f"there is no #{element_id}"
    return found


def _value(field: Any) -> str:
    if field.name == "textarea":
        return str(field.get_text()).replace("\r\n", "\n").removeprefix("\n")
    if field.name == "select":
        chosen = field.find("option", selected=True) or field.find("option")
        return str(chosen["value"])
    return str(field.get("value", ""))
