"""Ten thousand mails in one mailbox: read in order, with bounded memory."""

from __future__ import annotations

import resource
from time import process_time

import pytest

from shopapp.inbox.actions import importing, syncing
from tests.inbox.desk import ADDRESS, letter
from tests.inbox.servers import Post

MAILS = 10_000


def fill(post: Post) -> None:
    """Small mails, straight into the Maildir."""
    with post.server.imap(ADDRESS, "INBOX"):
        pass
    template = letter("Mail number @@@.", message_id="<n@@@@mail.example>")
    new = post.server.maildir(ADDRESS) / "new"
    for number in range(MAILS):
        (new / f"1.M{number:06}.test").write_bytes(template.replace(b"@@@", b"%d" % number))


def peak() -> int:
    """The most memory this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


@pytest.mark.slow
@pytest.mark.dialects("sqlite")
def test_ten_thousand_mails_are_stored_once_with_bounded_memory(
    post_office: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(post_office)
    monkeypatch.setattr(importing, "read_all", lambda *_: None)  # parsing has its own benchmark
    with post_office.desk.session() as session:
        syncing.ring(session, post_office.mailbox(session))
    before, begun = peak(), process_time()
    post_office.desk.work()
    seconds, more = process_time() - begun, peak() - before
    line = post_office.ledger()
    print(f"{MAILS} mails stored in {seconds:.1f} CPU s, {more} MB more memory")
    assert (line.on_server, line.stored, line.waiting) == (MAILS, MAILS, MAILS)
    assert more < 60
    post_office.sync()
    assert post_office.counts()["entries"] == MAILS
