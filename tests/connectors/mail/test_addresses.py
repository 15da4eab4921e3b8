"""E-mail addresses: checked, and their domain in ASCII."""

from __future__ import annotations

import pytest

from shopapp.connectors.mail.addresses import ascii_address


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("jo@mail.example", "jo@mail.example"),
        ("Jo.D'Arc+tag@Mail.Example", "Jo.D'Arc+tag@Mail.Example"),
        ("jo..do@mail.example", "jo..do@mail.example"),
        ('"jo do"@mail.example', '"jo do"@mail.example'),
        ("jo@localhost", "jo@localhost"),
        ("jo@[192.0.2.1]", "jo@[192.0.2.1]"),
        ("jo@Müller.example", "jo@xn--mller-kva.example"),
        ("jo@straße.example", "jo@xn--strae-oqa.example"),
        ("jo@例え。テスト", "jo@xn--r8jz45g.xn--zckzah"),
        ("jörg@mail.example", "jörg@mail.example"),
    ],
)
def test_an_address_keeps_its_local_part_and_gets_an_ascii_domain(given: str, sent: str) -> None:
    assert ascii_address(given) == sent


@pytest.mark.parametrize(
    "address",
    [
        *("", "jo", "@mail.example", "jo@", "jo@@mail.example", "jo@a@b.example"),
        *("jo do@mail.example", "jo@mail .example", "<jo@mail.example>", "jo,kim@mail.example"),
        *("jo\r\n@mail.example", "jo@mail.example\n", '"jo\n"@mail.example', "jo\x85@mail.example"),
        *(
            "jo@.example",
            "jo@mail..example",
            "jo@-mail.example",
            "jo@ma☃il.example",
            "jo@℀.example",
        ),
        *("jo\udcff@mail.example", "j" * 65 + "@mail.example", "jo@" + "a." * 130 + "example"),
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"e-mail address|domain name"):
        ascii_address(address)
