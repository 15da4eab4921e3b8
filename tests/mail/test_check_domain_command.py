"""`shopapp mail check-domain`: what a domain says of its mail, at the terminal."""

from __future__ import annotations

import pytest

from shopapp import cli
from shopapp.config import Config
from shopapp.mail.models import Mailbox
from tests.conftest import OpenStore
from tests.servers.dns import DnsServer


@pytest.mark.dialects("sqlite")
def test_each_record_is_a_line_with_what_to_add(
    config: Config,
    dns_server: DnsServer,
    store_session: OpenStore,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    with store_session("harbor") as session:
        session.add(Mailbox(address="Help@harbor.example"))
        session.commit()
    dns_server.records = {("harbor.example", "MX"): ["10 mx.harbor.example."]}
    monkeypatch.setenv("SHOPAPP_INSTANCE", str(config.instance))
    monkeypatch.setenv("DATABASE_URL", config.database_url)
    monkeypatch.setenv("DNS_SERVERS", dns_server.place)
    assert cli.main(["mail", "check-domain", "help@harbor.example"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "MX     fine     Mail goes to mx.harbor.example."
    assert "       add at _dmarc.harbor.example: v=DMARC1; p=none; rua=mailto:" in "\n".join(said)
    assert cli.main(["mail", "check-domain", "nobody@harbor.example"]) == 1
    assert "has no mailbox nobody@harbor.example" in capsys.readouterr().err
