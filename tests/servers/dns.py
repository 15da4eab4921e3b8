"""A DNS server on loopback that says what a test lets it say, or fails the way it is told."""

from __future__ import annotations

import socket
import threading
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

_HOUR = 3600


@dataclass
class DnsServer:
    """`records`: (name, type) → what stands there; `failing` answers SERVFAIL, `silent` never.

    A name with a CNAME is answered with the alias and what it leads to, as a resolver does.
    """

    records: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    failing: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)

    def start(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        threading.Thread(target=self._serve, daemon=True).start()

    def stop(self) -> None:
        port = self._socket.getsockname()
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", port)

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def _serve(self) -> None:
        with self._socket:
            while wire := self._socket.recvfrom(65535):
                if not wire[0]:
                    return
                if answer := self._answer(dns.message.from_wire(wire[0])):
                    self._socket.sendto(answer.to_wire(max_size=65535), wire[1])

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        asked = query.question[0]
        name, kind = str(asked.name).rstrip(".").lower(), dns.rdatatype.to_text(asked.rdtype)
        if name in self.silent:
            return None
        answer = dns.message.make_response(query, recursion_available=True)
        if name in self.failing:
            answer.set_rcode(dns.rcode.SERVFAIL)
            return answer
        answer.set_rcode(dns.rcode.NOERROR if self._knows(name) else dns.rcode.NXDOMAIN)
        for alias in self.records.get((name, "CNAME"), []):
            answer.answer.append(_rrset(name, "CNAME", [alias]))
            name = alias.rstrip(".")
        if found := self.records.get((name, kind)):
            answer.answer.append(_rrset(name, kind, found))
        return answer

    def _knows(self, name: str) -> bool:
        return any(known == name or known.endswith(f".{name}") for known, _ in self.records)


def _rrset(name: str, kind: str, words: list[str]) -> dns.rrset.RRset:
    return dns.rrset.from_text(dns.name.from_text(name), _HOUR, "IN", kind, *words)
