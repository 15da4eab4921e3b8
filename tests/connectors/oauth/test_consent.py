"""The consent of a mailbox, asked of a server that speaks Google's and Microsoft's contract."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit
from urllib.request import HTTPRedirectHandler, build_opener

import pytest

from shopapp.connectors.errors import ConnectorError, Misconfigured, Permanent, Temporary
from shopapp.connectors.oauth.client import ConsentClient, question
from shopapp.connectors.oauth.providers import provider, that_takes_no_password
from shopapp.connectors.oauth.shapes import Application, ConsentWithdrawn
from tests.servers.consent import ConsentServer

BACK = "https://shop.example/connect/google/callback"


def client_of(server: ConsentServer, *, secret: str = "our-secret") -> ConsentClient:
    return ConsentClient(
        provider("google", server.url), Application("our-client", secret, BACK), timeout=2
    )


class _Stay(HTTPRedirectHandler):
    def redirect_request(self, *_: object) -> None:
        return None


def code_for(client: ConsentClient, asked: object) -> str:
    """The person presses Allow; the code on the way back."""
    page = client.address(asked).replace("/authorize?", "/allow?")
    try:
        build_opener(_Stay).open(page)
    except OSError as redirect:
        back = urlsplit(redirect.headers["Location"])  # type: ignore[attr-defined]
        assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
        return parse_qs(back.query)["code"][0]
    raise AssertionError("nobody was sent back")


def test_a_code_becomes_tokens_and_the_address_of_who_consented(
    consent_server: ConsentServer,
) -> None:
    client, asked = client_of(consent_server), question("the-state")
    grant = client.exchange(code_for(client, asked), asked)
    assert grant.addresses == ("help@harbor.example",)
    assert grant.refresh_token
    assert grant.expires_in == 3600
    assert "access-" not in repr(grant)


def test_a_code_without_our_verifier_is_worth_nothing(consent_server: ConsentServer) -> None:
    client, asked = client_of(consent_server), question("the-state")
    code = code_for(client, asked)
    with pytest.raises(ConsentWithdrawn):
        client.exchange(code, replace(asked, verifier="somebody else's"))


def test_a_code_is_taken_once(consent_server: ConsentServer) -> None:
    client, asked = client_of(consent_server), question("the-state")
    code = code_for(client, asked)
    client.exchange(code, asked)
    with pytest.raises(ConsentWithdrawn):
        client.exchange(code, asked)


@pytest.mark.parametrize("lie", [{"nonce": "another"}, {"aud": "another"}, {"iss": "https://evil"}])
def test_an_answer_to_somebody_else_s_question_is_refused(
    consent_server: ConsentServer, lie: dict[str, str]
) -> None:
    consent_server.claims = lie
    client, asked = client_of(consent_server), question("the-state")
    code = code_for(client, asked)
    with pytest.raises(Permanent, match="somebody else"):
        client.exchange(code, asked)


def test_an_address_the_provider_doubts_does_not_count(consent_server: ConsentServer) -> None:
    consent_server.claims = {"email_verified": False, "preferred_username": "Us@Harbor.example"}
    client, asked = client_of(consent_server), question("the-state")
    assert client.exchange(code_for(client, asked), asked).addresses == ("us@harbor.example",)


def test_a_consent_that_does_not_last_is_refused(consent_server: ConsentServer) -> None:
    consent_server.lasting = False
    client, asked = client_of(consent_server), question("the-state")
    code = code_for(client, asked)
    with pytest.raises(Permanent, match="no lasting consent"):
        client.exchange(code, asked)


def test_a_rotated_refresh_token_replaces_the_one_before(consent_server: ConsentServer) -> None:
    consent_server.rotates = True
    client, asked = client_of(consent_server), question("the-state")
    first = client.exchange(code_for(client, asked), asked).refresh_token or ""
    second = client.renew(first).refresh_token or ""
    assert second not in ("", first)
    with pytest.raises(ConsentWithdrawn, match="was withdrawn: connect again"):
        client.renew(first)
    assert client.renew(second).access_token


def test_a_wrong_client_secret_is_a_setting_to_correct(consent_server: ConsentServer) -> None:
    with pytest.raises(Misconfigured, match="does not accept this application") as refused:
        client_of(consent_server, secret="hush-hush").renew("refresh")
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (503, b"<html>busy</html>", Temporary),
        (500, b'{"error": "server_error"}', Temporary),
        (429, b"{}", Temporary),
        (200, b"{garbage", Temporary),
        (200, b"[1, 2]", Temporary),
        (200, b'{"access_token": 7}', Temporary),
        (200, b'{"access_token": "t", "expires_in": "soon"}', Temporary),
        (200, b"[" * 100_000, Temporary),
        (200, b" " * 300_000, Temporary),
        (400, b'{"error": "interaction_required"}', Permanent),
    ],
)
def test_whatever_it_says_instead_is_one_sentence(
    consent_server: ConsentServer, status: int, said: bytes, kind: type[ConnectorError]
) -> None:
    consent_server.answers = [(status, said)]
    with pytest.raises(kind) as refused:
        client_of(consent_server).renew("a-refresh-token")
    assert refused.value.message.startswith("Google ")
    assert "a-refresh-token" not in refused.value.message


def test_a_provider_that_does_not_answer_in_time_may_be_asked_again(
    consent_server: ConsentServer,
) -> None:
    consent_server.gate.clear()
    slow = client_of(consent_server)
    slow._timeout = 0.2
    with pytest.raises(Temporary, match="did not answer within"):
        slow.renew("refresh")


def test_nobody_there_is_temporary() -> None:
    gone = ConsentClient(provider("google", "http://127.0.0.1:9"), Application("c", "s", BACK))
    with pytest.raises(Temporary, match="cannot be reached"):
        gone.renew("refresh")


def test_the_question_names_scopes_and_challenge_and_no_secret(
    consent_server: ConsentServer,
) -> None:
    asked = question("the-state")
    client = ConsentClient(provider("microsoft"), Application("c", "our-secret", BACK))
    words = parse_qs(urlsplit(client.address(asked, "me@x.example")).query)
    assert "https://outlook.office.com/IMAP.AccessAsUser.All" in words["scope"][0].split()
    assert "offline_access" in words["scope"][0].split()
    assert words["login_hint"] == ["me@x.example"]
    assert re.fullmatch(r"[\w-]{43}", words["code_challenge"][0])
    assert asked.verifier not in client.address(asked)
    assert "our-secret" not in client.address(asked)


@pytest.mark.parametrize(
    ("place", "who"),
    [
        ("smtp.gmail.com", "Google"),
        ("shop@googlemail.com", "Google"),
        ("SMTP.Office365.com.", "Microsoft"),
        ("me@hotmail.com", "Microsoft"),
        ("mail.notgmail.com", None),
        ("mail.shop.example", None),
    ],
)
def test_whose_servers_take_no_password(place: str, who: str | None) -> None:
    found = that_takes_no_password(place)
    assert (found.title if found else None) == who
