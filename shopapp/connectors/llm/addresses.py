"""Where a language model is asked: base URLs that are safe to send a key and a letter to."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

import httpx

from shopapp.connectors.errors import Misconfigured

_NEAR = (".local", ".internal", ".lan", ".home.arpa", ".localhost")


def base_url(text: str) -> str:
    """`text` without its last slash; raises Misconfigured with the reason.

    https everywhere; http only to this machine and its private network, where nobody listens in.
    Link-local addresses are refused: clouds keep their machines' credentials there.
    """
    parts = _parts(text.strip())
    host = (parts.hostname or "").rstrip(".") if parts else ""
    if parts is None or not host or parts.scheme not in ("https", "http"):
        message = "That is no web address."
        raise Misconfigured(message, fix="Enter one like https://api.openai.com/v1.")
    if parts.username or parts.password or parts.query or parts.fragment:
        message = "The address holds more than host and path."
        raise Misconfigured(message, fix="Leave out user names, ? and #; the key has its field.")
    if _is_link_local(host):
        raise Misconfigured("Addresses of 169.254.x.x and fe80:: are not asked.")
    if parts.scheme == "http" and not is_near(host):
        message = "Mail would travel unencrypted."
        raise Misconfigured(message, fix="Use https, or a server in your own network.")
    return text.strip().rstrip("/")


def is_same_server(one: str, other: str) -> bool:
    """Whether both base URLs lead to one server: a key for the one may go to the other."""
    here, there = _parts(one.strip()), _parts(other.strip())
    return bool(here and there) and _server(here) == _server(there)


def _server(parts: SplitResult | None) -> tuple[str, str, int | None] | None:
    if parts is None:
        return None
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, (parts.hostname or "").rstrip("."), port


def is_near(host: str) -> bool:
    """Whether `host` is this machine or its private network, as far as its name or number says."""
    address = _address(host)
    if address is not None:
        return (address.is_private or address.is_loopback) and not address.is_unspecified
    return "." not in host or host.endswith(_NEAR)


def _parts(text: str) -> SplitResult | None:
    try:
        parts, _ = urlsplit(text), httpx.URL(text)
        return None if re.search(r"[\s\\]", text) or parts.port == 0 else parts
    except (ValueError, httpx.InvalidURL):
        return None


def _is_link_local(host: str) -> bool:
    address = _address(host)
    return address is not None and address.is_link_local


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
