"""Questions to a resolver, each within seconds; whatever goes wrong is an answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import dns.exception
import dns.name
import dns.nameserver
import dns.rdatatype
import dns.resolver

from shopapp.connectors.dns.shapes import Answer, Outcome

_REASONS: dict[type[Exception], str] = {
    dns.resolver.LifetimeTimeout: "no answer in time",
    dns.resolver.NoNameservers: "the name servers fail",
    dns.resolver.NoResolverConfiguration: "this machine has no resolver",
}


class Resolver:
    """The machine's resolvers, or those of `servers` ("1.1.1.1, 127.0.0.1:5353").

    `seconds` bounds each question with all its retries.
    """

    def __init__(self, servers: str = "", *, seconds: float = 5.0) -> None:
        self._servers = servers
        self._seconds = seconds

    def txt(self, name: str) -> Answer:
        """The texts at `name`: split strings joined, as they are meant to be read."""
        return self._ask(name, "TXT", lambda one: b"".join(one.strings).decode("utf-8", "replace"))

    def mx(self, name: str) -> Answer:
        """The hosts that take mail for `name`, the preferred first; '' where none is wanted."""
        ranked = self._ask(name, "MX", lambda one: f"{one.preference:05d} {one.exchange}")
        hosts = tuple(one.split()[1].rstrip(".").lower() for one in sorted(ranked.records))
        return Answer(ranked.outcome, hosts, ranked.detail)

    def addresses(self, name: str) -> Answer:
        """The IPv4 and IPv6 addresses of `name`."""
        both = [self._ask(name, kind, lambda one: str(one.address)) for kind in ("A", "AAAA")]
        found = tuple(record for answer in both for record in answer.records)
        return Answer(Outcome.FOUND, found) if found else both[0]

    def _ask(self, name: str, kind: str, read: Callable[[Any], str]) -> Answer:
        try:
            answer = self._resolver().resolve(name, kind, search=False)
        except dns.resolver.NXDOMAIN:
            return Answer(Outcome.NO_NAME)
        except (dns.resolver.NoAnswer, dns.name.LabelTooLong, dns.name.EmptyLabel):
            return Answer(Outcome.NOTHING)
        except (dns.exception.DNSException, OSError, UnicodeError) as error:
            return Answer(Outcome.FAILED, detail=_REASONS.get(type(error), "it cannot be asked"))
        return Answer(Outcome.FOUND, tuple(read(one) for one in answer))

    def _resolver(self) -> dns.resolver.Resolver:
        made = dns.resolver.Resolver(configure=not self._servers)
        made.lifetime = self._seconds
        made.timeout = min(2.0, self._seconds)
        if self._servers:
            made.nameservers = _places(self._servers)
        return made


def _places(servers: str) -> Sequence[dns.nameserver.Nameserver]:
    places = [urlsplit(f"//{one.strip()}") for one in servers.split(",")]
    return [dns.nameserver.Do53Nameserver(p.hostname or "", p.port or 53) for p in places]
