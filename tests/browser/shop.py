"""A store of its own for each test: people with passwords, a mailbox, an order, mail coming in."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from email.message import EmailMessage
from typing import TypeVar

from sqlalchemy import select

from shopapp import clock
from shopapp.account import actions as people
from shopapp.accounts.models import Role, User
from shopapp.catalog.models import Customer, Fulfillment, Order, OrderLine
from shopapp.db import Base, Session, new_session
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.inbox.actions import importing
from shopapp.inbox.models import KnowledgeArticle, Macro, Ticket
from shopapp.mail.files import Files
from shopapp.mail.models import Mailbox
from shopapp.stores.actions import open_store
from shopapp.stores.models import StoreSettings
from shopapp.tenancy import bind
from tests.browser.site import Site, until
from tests.servers.smtp import Delivery, SmtpServer

PASSWORD = "a kettle, a tent and a rope"
QUESTION = "My order left you a week ago. Where is my order? Is it swimming here?"
MACRO = (
    "Hi {{customer.first_name}},\n\nyour order {{order.name}} left with {{order.carrier}}, "
    "tracking number {{order.tracking_number}}."
)
ROLES = {"ada": Role.ADMIN, "ben": Role.AGENT, "cleo": Role.STAFF}
PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63646060f80f0001040100185ddb690000000049454e44ae426082"
)
Row = TypeVar("Row", bound=Base)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Shop:
    """The store `handle`; its people and customers have addresses at `handle`.example."""

    site: Site
    smtp: SmtpServer
    handle: str
    store_id: str

    @property
    def inbox(self) -> str:
        return f"/{self.handle}/inbox"

    def address(self, name: str) -> str:
        """The address of ada, ben and cleo, who work here, or of a customer."""
        return f"{name}@{self.handle}.example"

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session of the store that commits at its end."""
        with _session(self.site) as session:
            bind(session, self.store_id)
            yield session

    def rows(self, model: type[Row]) -> list[Row]:
        """Every row of the store, oldest first."""
        with self.session() as session:
            session.expire_on_commit = False
            return list(session.scalars(select(model).order_by(model.id)))

    def receive(self, *letters: bytes) -> list[str]:
        """Import the letters as the command does; the paths of all tickets once drafts are made."""
        folder = self.site.app.config["SHOPAPP"].instance / f"mail-{self.handle}-{next(_numbers)}"
        folder.mkdir()
        for number, raw in enumerate(letters or (self.letter(),)):
            (folder / f"{number}.eml").write_bytes(raw)
        keys = self.site.app.extensions["shopapp_keys"]
        files = Files.of(self.site.app.config["SHOPAPP"], self.store_id)
        with self.site.app.app_context():
            for _ in importing.import_path(
                importing.Intake(self.store_id, files, keys.thread_key), folder
            ):
                pass
        self._wait_for_drafts()
        return [f"{self.inbox}/tickets/{ticket.id}" for ticket in self.rows(Ticket)]

    def letter(
        self, text: str = QUESTION, *, name: str = "nils", subject: str = "Where is my parcel?"
    ) -> bytes:
        """A mail of a customer; Nils has an order."""
        mail = EmailMessage()
        mail["From"] = f"{name.title()} <{self.address(name)}>"
        mail["To"], mail["Subject"] = self.address("help"), subject
        mail["Message-ID"] = f"<{next(_numbers)}@{self.handle}.example>"
        mail["Date"] = clock.now()
        mail.set_content(text)
        return mail.as_bytes()

    def rich_letter(self) -> bytes:
        """A mail with everything: HTML, a picture in it, one from elsewhere, a file, a quote."""
        mail = EmailMessage()
        mail["From"] = f"Mona <{self.address('mona')}>"
        mail["To"], mail["Subject"] = self.address("help"), "A leaf in the parcel"
        mail["Message-ID"] = f"<{next(_numbers)}@{self.handle}.example>"
        mail["Date"] = clock.now()
        mail.set_content("There was a leaf in my parcel.")
        mail.add_alternative(
            '<p>There was <b>a leaf</b> in my parcel.</p><img src="cid:picture@mail.example">'
            '<img src="https://pictures.example/leaf.png"><table><tr><td>wide</td></tr></table>'
            "<blockquote>On Monday the shop wrote: enjoy your tea</blockquote>",
            subtype="html",
        )
        body = mail.get_payload(1)
        assert isinstance(body, EmailMessage)
        body.add_related(PIXEL, "image", "png", cid="<picture@mail.example>")
        mail.add_attachment(b"a leaf", "text", "plain", filename="leaf.txt")
        return mail.as_bytes()

    def set_limits(self, **limits: int) -> None:
        """Change thresholds, as the settings page would."""
        with self.session() as session:
            row = session.scalars(select(StoreSettings)).one()
            row.thresholds = {**row.thresholds, **limits}

    def end_sessions(self, name: str) -> None:
        """What a new password does: whoever is signed in as `name` is not any more."""
        with self.session() as session:
            people.set_password(_user(session, self.address(name)), password=PASSWORD)

    def arrived(self, count: int = 1) -> list[Delivery]:
        """What the mail server took for this store's customers, once there are `count`."""
        until(lambda: len(self._delivered()) >= count)
        return self._delivered()

    def _delivered(self) -> list[Delivery]:
        mark = f"@{self.handle}.example"
        return [each for each in self.smtp.deliveries if each.recipients[0].endswith(mark)]

    def _wait_for_drafts(self) -> None:
        until(lambda: all(each.state is not DraftState.DRAFTING for each in self.rows(AiDraft)))


def words(delivery: Delivery) -> str:
    """The plain text of a mail that arrived."""
    body = delivery.message.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def open_shop(site: Site, smtp: SmtpServer) -> Shop:
    """A new store with its people, mailbox, one macro, one article, and Nils's order."""
    handle = f"shop-{next(_numbers)}"
    with _session(site) as session:
        store, settings = open_store(
            session, handle=handle, name="Harbor Tea", currency="EUR", timezone="Europe/Berlin"
        )
        store_id = store.id
        bind(session, store_id)
        shop = Shop(site, smtp, handle, store_id)
        for name, role in ROLES.items():
            user = people.create_user(
                session, email=shop.address(name), name=name.title(), password=PASSWORD
            )
            people.add_member(session, user, role=role, by=None)
        address = shop.address("help")
        session.add_all(
            [
                settings,
                Mailbox(address=address, display_name="Harbor Tea", is_default=True),
                Macro(
                    title="Where is my order",
                    body=MACRO,
                    intents=["where-is-my-order", "in-transit"],
                ),
                KnowledgeArticle(title="Leaves", body="A leaf in a parcel is a gift. Keep it."),
                _order(shop),
            ]
        )
    return shop


def _user(session: Session, email: str) -> User:
    return session.scalars(select(User).where(User.email == email)).one()


@contextmanager
def _session(site: Site) -> Iterator[Session]:
    with site.app.app_context():
        session = new_session()
        try:
            yield session
            session.commit()
        finally:
            session.close()


def _order(shop: Shop) -> Order:
    customer = Customer(shopify_id="301", email=shop.address("nils"), first_name="Nils")
    line = OrderLine(shopify_id="501", position=1, title="Earl Grey", quantity=2)
    line.price = Decimal("12.00")
    parcel = Fulfillment(shopify_id="601", carrier="Snail & Sons", shipped_at=clock.now())
    parcel.tracking_number = "SNAIL1"
    return Order(
        shopify_id="401",
        name="#1001",
        customer=customer,
        email=customer.email,
        placed_at=clock.now(),
        currency="EUR",
        total=Decimal("24.00"),
        financial_status="paid",
        fulfillment_status="fulfilled",
        synced_at=clock.now(),
        lines=[line],
        fulfillments=[parcel],
    )
