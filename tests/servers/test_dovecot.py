"""The tests' IMAP server: real mail, real TLS, and sign-ins that a test can change."""

from __future__ import annotations

import imaplib
import ssl

import pytest

from tests.servers.dovecot import EXPIRED, UNKNOWN, ImapServer

ADA = "ada@harbor.example"
MAIL = b"Subject: Where is my parcel?\r\nMessage-ID: <1@x>\r\n\r\nHello\r\n"


def link_to(server: ImapServer) -> imaplib.IMAP4:
    return imaplib.IMAP4(server.host, server.port)


def test_a_delivered_mail_is_there_for_who_signs_in(imap_server: ImapServer) -> None:
    imap_server.add_user(ADA)
    imap_server.deliver(ADA, MAIL)
    imap_server.deliver(ADA, MAIL, "Sent")
    with imap_server.imap(ADA, "INBOX") as link:
        assert link.uid("FETCH", "1:*", "(BODY.PEEK[])")[1][0][1] == MAIL
        folders = b"\n".join(each for each in link.list()[1] if isinstance(each, bytes))
        assert b'\\Sent) "/" Sent' in folders


def test_a_password_can_change_at_once(imap_server: ImapServer) -> None:
    imap_server.add_user(ADA, "old")
    with link_to(imap_server) as link:
        link.login(ADA, "old")
    imap_server.add_user(ADA, "new")
    with link_to(imap_server) as link:
        with pytest.raises(imaplib.IMAP4.error):
            link.login(ADA, "old")
        link.login(ADA, "new")


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER"])
def test_a_token_signs_in_as_long_as_it_is_good(imap_server: ImapServer, mechanism: str) -> None:
    bearer = "auth=Bearer t1\1\1"
    words = f"user={ADA}\1{bearer}" if mechanism == "XOAUTH2" else f"n,a={ADA},\1{bearer}"
    imap_server.tokens.good["t1"] = ADA
    with link_to(imap_server) as link:
        link.authenticate(mechanism, lambda _: words.encode())
    imap_server.tokens.good.clear()
    with link_to(imap_server) as link, pytest.raises(imaplib.IMAP4.error):
        link.authenticate(mechanism, lambda _: words.encode())


def test_uidvalidity_changes_and_the_mail_stays(imap_server: ImapServer) -> None:
    imap_server.add_user(ADA)
    imap_server.deliver(ADA, MAIL)
    seen = []
    for _ in range(2):
        with imap_server.imap(ADA) as link:
            seen.append(link.status("INBOX", "(UIDVALIDITY MESSAGES)")[1][0])
        imap_server.change_uidvalidity(ADA)
    assert seen[0] != seen[1]
    assert all(b"MESSAGES 1" in each for each in seen)


def test_mail_goes_away_and_the_line_can_drop(imap_server: ImapServer) -> None:
    imap_server.add_user(ADA)
    imap_server.deliver(ADA, MAIL)
    imap_server.expunge(ADA, "1")
    link = link_to(imap_server)
    link.login(ADA, "secret")
    assert link.select()[1] == [b"0"]
    imap_server.stop()
    with pytest.raises((imaplib.IMAP4.error, OSError)):
        link.noop()
    link.shutdown()
    imap_server.start()
    with imap_server.imap(ADA, "INBOX"):
        pass


@pytest.mark.parametrize(("host", "reason"), [(EXPIRED, "expired"), (UNKNOWN, "self-signed")])
def test_certificates_can_be_bad(imap_server: ImapServer, host: str, reason: str) -> None:
    tls = ssl.create_default_context()
    imaplib.IMAP4_SSL(imap_server.host, imap_server.tls_port, ssl_context=tls).logout()
    with pytest.raises(ssl.SSLCertVerificationError, match=reason):
        imaplib.IMAP4_SSL(host, imap_server.tls_port, ssl_context=tls)
