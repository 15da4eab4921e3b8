"""A domain's mail records, asked of a real name server that also fails."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from functools import cache

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from shopapp.connectors.dns.examination import examined
from shopapp.connectors.dns.resolver import Resolver
from shopapp.connectors.dns.senders import sender_at
from shopapp.connectors.dns.shapes import Finding, Verdict
from tests.servers.dns import DnsServer

SHOP = "harbor.example"
Examine = Callable[..., dict[str, Finding]]


@cache
def key(bits: int) -> str:
    public = rsa.generate_private_key(65537, bits).public_key()
    return b64encode(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def text(words: str) -> list[str]:
    """A TXT record in strings of at most 255 characters, as long ones are published."""
    return [" ".join(f'"{words[at : at + 255]}"' for at in range(0, len(words), 255))]


@pytest.fixture
def domain(dns_server: DnsServer) -> DnsServer:
    """A domain at Google in which all is well."""
    dns_server.records = {
        (SHOP, "MX"): ["10 aspmx.l.google.com.", "1 smtp.google.com."],
        (SHOP, "TXT"): ['"v=spf1 include:_spf.google.com -all"', '"google-site-verification=x"'],
        ("_spf.google.com", "TXT"): ['"v=spf1 ip4:192.0.2.0/24 ~all"'],
        ("google._domainkey." + SHOP, "TXT"): text(f"v=DKIM1; k=rsa; p={key(2048)}"),
        ("_dmarc." + SHOP, "TXT"): [f'"v=DMARC1; p=reject; rua=mailto:d@{SHOP}"'],
    }
    return dns_server


@pytest.fixture
def examine(domain: DnsServer) -> Examine:
    def do(
        name: str = SHOP, host: str = "smtp.gmail.com", selector: str = ""
    ) -> dict[str, Finding]:
        lookup = Resolver(domain.place, seconds=0.5)
        found = examined(name, sender_at(host, selector), lookup)
        assert [one.check for one in found] == ["MX", "SPF", "DKIM", "DMARC"]
        return {one.check: one for one in found}

    return do


def test_a_domain_in_which_all_is_well(examine: Examine) -> None:
    found = examine()
    assert {one.verdict for one in found.values()} == {Verdict.FINE}
    assert found["MX"].says == "Mail goes to smtp.google.com."
    assert found["SPF"].says == "Google Workspace may send for you; 1 of 10 lookups."
    assert "2048 bits" in found["DKIM"].says


def test_a_bare_domain_is_told_every_record_to_add(domain: DnsServer, examine: Examine) -> None:
    domain.records = {(SHOP, "A"): ["192.0.2.1"]}
    found = examine()
    assert {one.verdict for one in found.values()} == {Verdict.MISSING}
    assert found["SPF"].value == "v=spf1 include:_spf.google.com ~all"
    assert found["DKIM"].name == f"google._domainkey.{SHOP}"
    assert (found["DMARC"].name, found["DMARC"].value) == (
        f"_dmarc.{SHOP}",
        f"v=DMARC1; p=none; rua=mailto:postmaster@{SHOP}",
    )


def test_a_domain_that_does_not_exist(domain: DnsServer, examine: Examine) -> None:
    domain.records = {}
    assert "does not exist" in examine()["MX"].says


@pytest.mark.parametrize("way", ["failing", "silent"])
def test_a_resolver_that_fails_says_nothing_about_the_domain(
    domain: DnsServer, examine: Examine, way: str
) -> None:
    setattr(domain, way, {SHOP, f"_dmarc.{SHOP}", f"google._domainkey.{SHOP}"})
    found = examine()
    assert {one.verdict for one in found.values()} == {Verdict.UNKNOWN}
    assert "Check again later" in found["SPF"].says


def test_no_resolver_at_all_is_no_crash() -> None:
    found = examined(SHOP, sender_at("mail.x.example"), Resolver("127.0.0.1:9", seconds=0.2))
    assert {one.verdict for one in found} == {Verdict.UNKNOWN}


@pytest.mark.parametrize(
    ("records", "says"),
    [
        (["v=spf1 include:_spf.google.com ~all", "v=spf1 a -all"], "2 SPF records"),
        (["v=spf1 ip4:1.2.3.4 ~all"], "does not name Google Workspace"),
        (["v=spf1 include:_spf.google.com +all"], "+all"),
        (["v=spf1 include:_spf.google.com all"], "+all"),
        (["v=spf1 includes:_spf.google.com -all"], "no term of SPF"),
        (["v=spf1 include:nowhere.example -all"], "nowhere.example has no SPF record"),
    ],
)
def test_a_wrong_spf_record_comes_with_the_right_one(
    domain: DnsServer, examine: Examine, records: list[str], says: str
) -> None:
    domain.records[(SHOP, "TXT")] = [f'"{record}"' for record in records]
    found = examine()["SPF"]
    assert found.verdict is Verdict.WRONG
    assert says in found.says
    assert found.value.startswith("v=spf1 ")
    assert "include:_spf.google.com" in found.value.split()
    assert found.value.split()[-1] in ("~all", "-all")


def test_lookups_are_counted_through_includes_and_redirects(
    domain: DnsServer, examine: Examine
) -> None:
    domain.records[(SHOP, "TXT")] = ['"v=spf1 a mx include:one.example redirect=two.example"']
    domain.records[("one.example", "TXT")] = ['"v=spf1 a:x.example exists:y.example ?all"']
    domain.records[("two.example", "TXT")] = ['"v=spf1 include:_spf.google.com -all"']
    assert "7 of 10 lookups" in examine()["SPF"].says
    domain.records[("two.example", "TXT")] = [
        '"v=spf1 a mx a:1.x mx:2.x a:3.x include:_spf.google.com -all"'
    ]
    found = examine()["SPF"]
    assert found.verdict is Verdict.WRONG
    assert "needs 12 lookups" in found.says


def test_a_record_that_includes_itself_is_counted_to_an_end(
    domain: DnsServer, examine: Examine
) -> None:
    domain.records[(SHOP, "TXT")] = [f'"v=spf1 include:{SHOP} -all"']
    assert examine()["SPF"].verdict is Verdict.WRONG


def test_a_server_of_one_s_own_is_found_by_its_address(domain: DnsServer, examine: Examine) -> None:
    domain.records[("mail.harbor.example", "A")] = ["192.0.2.77"]
    assert examine(host="mail.harbor.example")["SPF"].verdict is Verdict.FINE
    domain.records[(SHOP, "TXT")] = ['"v=spf1 mx -all"']
    domain.records[(SHOP, "MX")] = ["10 mail.harbor.example."]
    assert examine(host="mail.harbor.example")["SPF"].verdict is Verdict.FINE
    domain.records[(SHOP, "TXT")] = ['"v=spf1 -all"']
    assert examine(host="mail.harbor.example")["SPF"].value == "v=spf1 a:mail.harbor.example -all"


@pytest.mark.parametrize(
    ("record", "verdict", "says"),
    [
        (lambda: f"k=rsa; p={key(1024)}", Verdict.FINE, "2048 bits would be better"),
        (lambda: f"v=DKIM1; p={b64encode(b'x' * 70).decode()}", Verdict.WRONG, "damaged"),
        (lambda: "v=DKIM1; p=", Verdict.WRONG, "revoked"),
        (lambda: f"v=DKIM2; p={key(1024)}", Verdict.WRONG, "no DKIM record"),
        (lambda: f"v=DKIM1; k=ed25519; p={b64encode(b'k' * 32).decode()}", Verdict.FINE, "a key"),
        (lambda: "hello", Verdict.MISSING, "No DKIM key"),
    ],
)
def test_a_dkim_key_is_looked_at(
    domain: DnsServer,
    examine: Examine,
    record: Callable[[], str],
    verdict: Verdict,
    says: str,
) -> None:
    domain.records[(f"google._domainkey.{SHOP}", "TXT")] = text(record())
    found = examine()["DKIM"]
    assert (found.verdict, says in found.says) == (verdict, True), found.says


def test_a_short_key_is_told_by_its_length(domain: DnsServer, examine: Examine) -> None:
    short = (
        "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALxaSjPmnY2TDVqtrwNkmNFj4dqCwSHtOJcXVSxSiUNjYtyZ0FZPMRZA"
        "uY2vIjyKZ0wAxkWVgRqQnFsZUBrXWLECAwEAAQ=="
    )
    domain.records[(f"google._domainkey.{SHOP}", "TXT")] = text(f"v=DKIM1; p={short}")
    found = examine()["DKIM"]
    assert found.verdict is Verdict.WRONG
    assert "512 bits" in found.says


def test_a_key_behind_an_alias_and_under_a_typed_selector_counts(
    domain: DnsServer, examine: Examine
) -> None:
    del domain.records[(f"google._domainkey.{SHOP}", "TXT")]
    domain.records[(f"mine._domainkey.{SHOP}", "CNAME")] = ["mine.keys.example."]
    domain.records[("mine.keys.example", "TXT")] = text(f"v=DKIM1; p={key(1024)}")
    assert examine()["DKIM"].verdict is Verdict.MISSING
    assert examine(selector="mine")["DKIM"].says.startswith("Selector mine has a key")


@pytest.mark.parametrize(
    ("record", "verdict", "says"),
    [
        ("v=DMARC1; p=none", Verdict.FINE, "Nobody gets reports"),
        ("v=DMARC1; p=reject; adkim=s; rua=mailto:a@b.example", Verdict.FINE, "strict alignment"),
        ("v=DMARC1; p=maybe", Verdict.WRONG, "none of none, quarantine and reject"),
        ("v=DMARC1; rua=mailto:a@b.example", Verdict.WRONG, "none of none"),
        ("hello", Verdict.MISSING, "No DMARC record"),
    ],
)
def test_a_dmarc_policy_is_read(
    domain: DnsServer, examine: Examine, record: str, verdict: Verdict, says: str
) -> None:
    domain.records[(f"_dmarc.{SHOP}", "TXT")] = [f'"{record}"']
    found = examine()["DMARC"]
    assert (found.verdict, says in found.says) == (verdict, True), found.says


def test_a_subdomain_falls_back_to_the_policy_above_it(domain: DnsServer, examine: Examine) -> None:
    domain.records[(f"_dmarc.{SHOP}", "TXT")] = ['"v=DMARC1; p=reject; sp=quarantine; rua=x"']
    domain.records[("mail." + SHOP, "A")] = ["192.0.2.1"]
    found = examine(name=f"mail.{SHOP}")["DMARC"]
    assert found.says == f"Policy quarantine: forged mail goes to spam. It comes from {SHOP}."


def test_two_dmarc_records_are_none(domain: DnsServer, examine: Examine) -> None:
    domain.records[(f"_dmarc.{SHOP}", "TXT")] = ['"v=DMARC1; p=none"', '"v=DMARC1; p=reject"']
    assert "2 DMARC records" in examine()["DMARC"].says
