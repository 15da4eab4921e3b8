"""Reading mailboxes from a real Dovecot: nothing missed, nothing twice, whatever the server does."""

from __future__ import annotations

from tests.inbox.servers import Post


def test_the_first_reading_takes_all_and_the_next_only_what_is_new(post_office: Post) -> None:
    post_office.deliver(1, 2, 3)
    before = post_office.counts()
    mailbox = post_office.sync()
    assert mailbox.failing_since is None
    assert mailbox.last_synced_at is not None
    assert post_office.counts()["read"] == before["read"] + 3
    post_office.deliver(4)
    with post_office.server.imap("help@harbor.example", "INBOX") as link:
        link.store("1", "+FLAGS", r"(\Seen)")
    post_office.sync()
    counts = post_office.counts()
    assert (counts["raw"], counts["entries"], counts["twice"]) == (4, 4, 0)
    folder = post_office.folder()
    assert (folder.last_uid, folder.server_count) == (4, 4)
