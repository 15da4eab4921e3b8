"""Reading a real Dovecot: folders, UIDs, bodies, and what goes wrong in plain words."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from shopapp.connectors.errors import AuthFailed, ConnectorError, Misconfigured, Temporary
from shopapp.connectors.mail.imap import ImapMailbox
from shopapp.connectors.mail.imap_failures import FolderGone
from shopapp.connectors.mail.imap_shapes import Folder, ImapSettings
from tests.canaries import canary
from tests.servers.dovecot import EXPIRED, UNKNOWN, ImapServer

ADA = "ada@harbor.example"
SECRET = canary("a door of oak 77c")


def mail(number: int, text: str = "Hello") -> bytes:
    head = f"From: jo@mail.example\r\nMessage-ID: <{number}@mail.example>\r\nSubject: Tea\r\n"
    return f"{head}\r\n{text}\r\n".encode()


@pytest.fixture
def settings(imap_server: ImapServer) -> ImapSettings:
    imap_server.add_user(ADA, SECRET)
    return ImapSettings(imap_server.host, imap_server.tls_port, "tls", ADA, SECRET, timeout=10)


def failure(settings: ImapSettings) -> ConnectorError:
    with pytest.raises(ConnectorError) as caught:
        ImapMailbox(settings).probe()
    assert SECRET not in f"{caught.value.message} {caught.value.fix} {settings!r}"
    assert caught.value.message.endswith((".", "failed"))
    return caught.value


def test_bodies_come_byte_for_byte_and_are_not_marked_as_read(
    imap_server: ImapServer, settings: ImapSettings
) -> None:
    mails = [mail(1), mail(2, "Zwölf Tees " * 50), mail(3)]
    for each in mails:
        imap_server.deliver(ADA, each)
    with ImapMailbox(settings).visit() as visit:
        opened = visit.open("INBOX")
        assert opened.messages == 3
        uids = visit.uids()
        assert list(visit.bodies(uids).values()) == mails
        assert visit.sizes(uids) == {uid: len(raw) for uid, raw in zip(uids, mails, strict=True)}
        assert visit.uids(after=uids[-2]) == uids[-1:]
        assert visit.uids(after=uids[-1]) == []
        assert visit.uids_since(date(2020, 1, 1)) == uids
        assert visit.uids_since(date(2090, 1, 1)) == []
    with imap_server.imap(ADA, "INBOX") as link:
        assert link.search(None, "UNSEEN")[1] == [b"1 2 3"]


def test_what_is_expunged_in_the_middle_is_left_out(
    imap_server: ImapServer, settings: ImapSettings
) -> None:
    for number in range(1, 6):
        imap_server.deliver(ADA, mail(number))
    with ImapMailbox(settings).visit() as visit:
        visit.open("INBOX")
        uids = visit.uids()
        imap_server.expunge(ADA, "2,4")
        assert list(visit.bodies(uids)) == [1, 3, 5]
        assert visit.bodies([2]) == {}


def test_folders_are_found_whatever_their_names(
    imap_server: ImapServer, settings: ImapSettings
) -> None:
    names = ["B&APw-cher &- Tee", 'say "tea"', "back\\slash", "a b/c d", "100%", "&ZeVnLIqe-"]
    with imap_server.imap(ADA) as link:
        for name in names:
            quoted = '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"'
            assert link.create(quoted)[0] == "OK"
    with ImapMailbox(settings).visit() as visit:
        folders = visit.folders()
        assert folders[:2] == [Folder("INBOX", "inbox"), Folder("Sent", "sent")]
        assert set(names) <= {each.name for each in folders}
        for each in folders:
            assert visit.open(each.name).messages == 0
        titles = {each.title for each in folders}
    assert {"Bücher & Tee", "日本語", "a b/c d"} <= titles
    gone = pytest.raises(FolderGone, match="does not open the folder Bücher")
    with gone, ImapMailbox(settings).visit() as visit:
        visit.open("B&APw-cher")


def test_a_message_id_is_looked_for_in_sent(
    imap_server: ImapServer, settings: ImapSettings
) -> None:
    imap_server.deliver(ADA, mail(1))
    imap_server.deliver(ADA, mail(2), "Sent")
    mailbox = ImapMailbox(settings)
    assert mailbox.has_message("<2@mail.example>")
    assert mailbox.has_message("2@mail.example")
    assert not mailbox.has_message("<1@mail.example>")
    assert not mailbox.has_message('"\r\nA LOGOUT')


def test_a_token_signs_in_until_it_is_taken_back(
    imap_server: ImapServer, settings: ImapSettings
) -> None:
    imap_server.tokens.good["t0k"] = ADA
    by_token = replace(settings, password=None, token="t0k")
    assert ImapMailbox(by_token).probe().folders
    imap_server.tokens.good.clear()
    error = failure(by_token)
    assert isinstance(error, AuthFailed)
    assert error.fix == "Connect the mailbox again."


def test_starttls_and_the_clear_to_this_machine(
    imap_server: ImapServer, settings: ImapSettings
) -> None:
    for security in ("starttls", "none"):
        assert ImapMailbox(replace(settings, port=imap_server.port, security=security)).probe()
    with pytest.raises(Misconfigured, match="would travel unencrypted"):
        replace(settings, host="mail.example.com", security="none")


def test_bad_certificates_are_named(settings: ImapSettings) -> None:
    for host, reason in ((EXPIRED, "certificate has expired"), (UNKNOWN, "self-signed")):
        error = failure(replace(settings, host=host))
        assert isinstance(error, Misconfigured)
        assert reason in error.message
        assert "renewed" in (error.fix or "")


def test_a_wrong_password_is_told_from_a_server_that_is_away(
    imap_server: ImapServer, settings: ImapSettings
) -> None:
    imap_server.add_user(ADA, "another")
    error = failure(settings)
    assert isinstance(error, AuthFailed)
    assert "refused the user name or password" in error.message
    imap_server.stop()
    error = failure(settings)
    assert isinstance(error, Temporary)
    assert "Nothing listens" in error.message


def test_a_line_that_drops_is_temporary(imap_server: ImapServer, settings: ImapSettings) -> None:
    def ask_after_a_drop() -> None:
        with ImapMailbox(settings).visit() as visit:
            visit.open("INBOX")
            imap_server.stop()
            visit.uids()

    with pytest.raises(Temporary, match="was lost"):
        ask_after_a_drop()


def test_idle_hears_new_mail_and_a_drop(imap_server: ImapServer, settings: ImapSettings) -> None:
    heard = []

    def listen() -> None:
        with ImapMailbox(settings).visit() as visit:
            visit.open("INBOX")
            heard.append(visit.wait(0.01))
            imap_server.deliver(ADA, mail(1))
            heard.append(visit.wait(10))
            imap_server.stop()
            visit.wait(10)

    with pytest.raises(Temporary, match="was lost"):
        listen()
    assert heard == [False, True]
