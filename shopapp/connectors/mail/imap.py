"""Reading a mailbox over IMAP: folders, UIDs, sizes and bodies; nothing there is ever changed."""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from imap_tools.errors import ImapToolsError

from shopapp.connectors.errors import ConnectorError, Permanent
from shopapp.connectors.mail import imap_failures as failures
from shopapp.connectors.mail import imap_listing as listing
from shopapp.connectors.mail.imap_session import Box, opened
from shopapp.connectors.mail.imap_shapes import Folder, Greeting, ImapSettings, Opened, shown

_UID = re.compile(rb"\bUID (\d+)")
_SIZE = re.compile(rb"\bRFC822\.SIZE (\d+)")
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
_AT_ONCE = 500  # UIDs in one command: some servers refuse long lines


class ImapMailbox:
    """A mailbox to be read, with a session for each visit."""

    def __init__(self, settings: ImapSettings, tls: ssl.SSLContext | None = None) -> None:
        self.settings = settings
        self._tls = tls

    @contextlib.contextmanager
    def visit(self) -> Iterator[Visit]:
        """A signed-in session; whatever goes wrong in it is a ConnectorError."""
        with opened(self.settings, self._tls) as box:
            yield Visit(self.settings, box)

    def probe(self) -> Greeting:
        """Sign in, list the folders and open the inbox."""
        begun = time.monotonic()
        with self.visit() as visit:
            folders = visit.folders()
            visit.open("INBOX")
        return Greeting(round((time.monotonic() - begun) * 1000), tuple(folders))

    def has_message(self, message_id: str) -> bool:
        """Whether the Sent folder holds a mail with this Message-ID (with or without brackets)."""
        with self.visit() as visit:
            sent = [each.name for each in visit.folders() if each.role == "sent"]
            return any(visit.found(name, message_id) for name in sent)


class Visit:
    """One session. A folder is opened read-only, and bodies are peeked at: nothing is marked."""

    def __init__(self, settings: ImapSettings, box: Box) -> None:
        self.settings = settings
        self.box = box

    def folders(self) -> list[Folder]:
        """Every folder that can be opened, INBOX first."""
        _, data = self.box.client.list()
        return listing.folders(data)

    def open(self, name: str) -> Opened:
        """Open a folder by its wire name; raises FolderGone."""
        client = self.box.client
        try:
            _, data = self.box.folder.set(listing.quoted(name), readonly=True)
        except ImapToolsError as error:
            failure = failures.folder_gone(self.settings, shown(name), error)
        else:
            told = client.untagged_responses.get("UIDVALIDITY")
            if told:
                return Opened(int(_text(told[-1])), int(data[-1] or 0))
            failure = Permanent(
                f"{self.settings.host} gives the folder {shown(name)} no lasting numbers.",
                fix="This server cannot be read safely: use another IMAP server.",
            )
        raise failure

    def uids(self, after: int = 0) -> list[int]:
        """The UIDs in the open folder above `after`, in order."""
        found = self._search(f"UID {after + 1}:*")  # "*" is the last mail, also below `after`
        return sorted(uid for uid in found if uid > after)

    def uids_since(self, day: date) -> list[int]:
        """The UIDs of mail that came in on `day` or later."""
        return sorted(self._search(f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}"))

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """What the server says of each mail's size, in bytes; it may lie. Gone mail is left out."""
        known: dict[int, int] = {}
        for start in range(0, len(uids), _AT_ONCE):
            for item in self._fetch(uids[start : start + _AT_ONCE], "(UID RFC822.SIZE)") or ():
                line = item[0] if isinstance(item, tuple) else item
                uid, size = _UID.search(line or b""), _SIZE.search(line or b"")
                if uid and size:
                    known[int(uid[1])] = int(size[1])
        return known

    def bodies(self, uids: Sequence[int]) -> Mapping[int, bytes]:
        """The mails byte for byte, in one command; one that has gone meanwhile is left out.

        Raises TooLarge, which ends the session, when the server sends more than the limit for one.
        """
        data = self._fetch(uids, "(UID BODY.PEEK[])")
        if data is None and len(uids) > 1:
            return {uid: raw for each in uids for uid, raw in self.bodies([each]).items()}
        wanted = set(uids)
        return {uid: raw for uid, raw in listing.literals(data or ()) if uid in wanted and raw}

    def found(self, name: str, message_id: str) -> bool:
        """Whether the folder `name` holds a mail with this Message-ID."""
        wanted = message_id.strip().strip("<>")
        if not wanted.isascii() or not wanted.isprintable():
            return False
        self.open(name)
        return bool(self._search(b"HEADER Message-ID " + listing.quoted(wanted)))

    def wait(self, seconds: float) -> bool:
        """Whether mail came into the open folder within `seconds` (IDLE, RFC 2177).

        A server without IDLE is asked once, at the end.
        """
        client = self.box.client
        client.untagged_responses.pop("EXISTS", None)
        if "IDLE" not in client.capabilities:
            time.sleep(seconds)
            client.noop()
        elif self._idle(seconds):
            return True
        return bool(client.untagged_responses.pop("EXISTS", None))

    def _idle(self, seconds: float) -> bool:
        client: Any = self.box.client
        tag = client._command("IDLE")
        while client._get_response():  # news may come before the server says that it waits
            if client.tagged_commands.get(tag):
                raise self._refused("to wait for mail", [client.tagged_commands.pop(tag)])
        told = _at_hand(client) or b"".join(self.box.idle.poll(seconds))
        client.send(b"DONE\r\n")
        self.box.consume_until_tagged_response(tag)
        return b"EXISTS" in told

    def _search(self, criteria: str | bytes) -> list[int]:
        typ, data = self.box.client.uid("SEARCH", criteria)  # type: ignore[arg-type]
        if typ != "OK":
            raise self._refused("a search", data)
        return [int(uid) for line in data if line for uid in line.split()]

    def _fetch(self, uids: Sequence[int], parts: str) -> Sequence[Any] | None:
        """The answer's lines; None when the server said NO, as some do of mail that has gone."""
        typ, data = self.box.client.uid("FETCH", ",".join(map(str, uids)), parts)
        return data if typ == "OK" else None

    def _refused(self, doing: str, data: Any) -> ConnectorError:
        return failures.refused(
            self.settings, failures.said(self.settings, imaplib.IMAP4.error(data)), doing
        )


def _at_hand(client: Any) -> bytes:
    """What has been read already and would not wake a poll; left where it is."""
    patience = client.sock.gettimeout()
    client.sock.settimeout(0)
    try:
        return bytes(client.file.peek())
    except OSError:
        return b""
    finally:
        client.sock.settimeout(patience)


def _text(told: Any) -> str:
    return bytes(told).decode("ascii")
