"""The cast: two invented stores, who works there and who shops there. Nobody in it is real."""

from __future__ import annotations

from dataclasses import dataclass

from shopapp.accounts.models import Role


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who signs in."""

    email: str
    name: str
    role: Role


@dataclass(frozen=True, slots=True)
class Shopper:
    """A customer; `key` is the address before the @ and the name the seeds call them by."""

    key: str
    first_name: str
    last_name: str
    city: str
    country: str = ""
    domain: str = "mail.example"
    phone: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None

    @property
    def email(self) -> str:
        return f"{self.key}@{self.domain}"

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(frozen=True, slots=True)
class Shop:
    """A store: how it is called, where it stands and how it speaks."""

    handle: str
    name: str
    currency: str
    timezone: str
    country: str
    plan_level: str
    brand_voice: str
    signature: str
    members: tuple[Member, ...]
    shoppers: tuple[Shopper, ...]
    business_hours: dict[str, list[str]]

    @property
    def domain(self) -> str:
        return f"{self.handle}.example"

    @property
    def mailbox(self) -> str:
        return f"support@{self.domain}"

    def shopper(self, key: str) -> Shopper:
        """The customer called `key`; raises KeyError."""
        return {each.key: each for each in self.shoppers}[key]


_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri")

HARBOR = Shop(
    handle="harbor",
    name="Harbor & Pine",
    currency="GBP",
    timezone="Europe/London",
    country="GB",
    plan_level="basic",
    brand_voice="Warm, plain and short. We say what happens next and when. No exclamation marks, "
    "no “unfortunately”. British spelling; coffee words only where they help.",
    signature="Warm wishes,\nThe Harbor & Pine team",
    members=(
        Member("admin@harbor.example", "Isla Merrow", Role.ADMIN),
        Member("agent@harbor.example", "Theo Lundqvist", Role.AGENT),
        Member("staff@harbor.example", "Nia Abara", Role.STAFF),
    ),
    business_hours={day: ["09:00-17:30"] for day in _WEEKDAYS} | {"sat": ["10:00-14:00"]},
    shoppers=(
        Shopper("amelia.hartley", "Amelia", "Hartley", "Bristol", phone="+44 7700 900112"),
        Shopper("ben.okonjo", "Ben", "Okonjo", "Leeds"),
        Shopper("carys.penhale", "Carys", "Penhale", "Cardiff", tags=("newsletter",)),
        Shopper("dev.ramanan", "Dev", "Ramanan", "Leicester", phone="+44 7700 900145"),
        Shopper("edith.fallow", "Edith", "Fallow", "Whitby", domain="post.example"),
        Shopper("finn.marlowe", "Finn", "Marlowe", "Brighton", tags=("subscriber",)),
        Shopper("grace.adeyinka", "Grace", "Adeyinka", "Manchester", phone="+44 7700 900178"),
        Shopper("hanna.vogt", "Hanna", "Vogt", "Hamburg", "DE", domain="brief.example"),
        Shopper("idris.calder", "Idris", "Calder", "Glasgow", tags=("subscriber",)),
        Shopper("june.tarrant", "June", "Tarrant", "Falmouth", domain="post.example"),
        Shopper("kofi.mensahl", "Kofi", "Mensahl", "London", tags=("vip",)),
        Shopper("lotte.hendry", "Lotte", "Hendry", "Edinburgh"),
        Shopper("milo.sandys", "Milo", "Sandys", "York", phone="+44 7700 900203"),
        Shopper("nora.quilliam", "Nora", "Quilliam", "Douglas", "IM"),
        Shopper("oscar.brandreth", "Oscar", "Brandreth", "Norwich"),
        Shopper("priya.sethuram", "Priya", "Sethuram", "Birmingham", tags=("vip", "newsletter")),
        Shopper("quentin.ashdown", "Quentin", "Ashdown", "Lewes", domain="post.example"),
        Shopper("rosa.delmarsh", "Rosa", "Delmarsh", "Oxford"),
        Shopper("sven.aldering", "Sven", "Aldering", "Aberdeen"),
        Shopper("tamsin.wroe", "Tamsin", "Wroe", "Plymouth", tags=("subscriber",)),
        Shopper("uma.kelleher", "Uma", "Kelleher", "Cork", "IE"),
        Shopper("victor.pembry", "Victor", "Pembry", "Bath", note="Prefers to be phoned."),
        Shopper("wren.hollis", "Wren", "Hollis", "Sheffield"),
        Shopper("yusuf.terzian", "Yusuf", "Terzian", "London", phone="+44 7700 900264"),
        Shopper("zadie.crane", "Zadie", "Crane", "Margate", tags=("newsletter",)),
    ),
)

HILL = Shop(
    handle="hill",
    name="Hill & Heath",
    currency="EUR",
    timezone="Europe/Berlin",
    country="DE",
    plan_level="basic",
    brand_voice="Freundlich, klar, per Du. English mail gets an English answer.",
    signature="Herzliche Grüße aus der Werkstatt\nHill & Heath",
    members=(Member("admin@hill.example", "Ruth Sommerfeldt", Role.ADMIN),),
    business_hours={day: ["10:00-16:00"] for day in _WEEKDAYS},
    shoppers=(
        Shopper("anton.greif", "Anton", "Greif", "Leipzig", "DE", "brief.example"),
        Shopper("bela.ostwald", "Bela", "Ostwald", "Bremen", "DE", "brief.example"),
        Shopper("clara.immerthal", "Clara", "Immerthal", "Jena", "DE", phone="+49 30 23125 041"),
        Shopper("dorothea.kling", "Dorothea", "Kling", "Berlin", "DE", "brief.example"),
        Shopper("emil.varga", "Emil", "Varga", "Graz", "AT"),
        Shopper("frieda.lohse", "Frieda", "Lohse", "Kiel", "DE", tags=("vip",)),
        Shopper("gus.whitlock", "Gus", "Whitlock", "Utrecht", "NL"),
        Shopper("helene.moor", "Helene", "Moor", "Basel", "CH"),
        Shopper("ivo.stelzer", "Ivo", "Stelzer", "Dresden", "DE", "brief.example"),
        Shopper("jette.nordhus", "Jette", "Nordhus", "Flensburg", "DE"),
    ),
)

SHOPS = (HARBOR, HILL)
