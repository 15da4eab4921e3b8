"""Who ordered what and when, and where it stands; both stores count from #1042 and id 5001."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

FIRST_NUMBER, FIRST_ID = 1042, 5001


class Standing(StrEnum):
    """Where an order stands; it decides its payment, its parcels and their dates."""

    PENDING = "pending"
    PREPARING = "preparing"
    PARTIAL = "partial"
    TRANSIT = "transit"
    LATE = "late"
    DELIVERED = "delivered"
    PARTLY_REFUNDED = "partly-refunded"
    REFUNDED = "refunded"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Purchase:
    """One order, `days` days old; `lines` are (sku, quantity), the first shipped first."""

    number: int
    shopper: str
    days: float
    standing: Standing
    lines: tuple[tuple[str, int], ...]

    @property
    def name(self) -> str:
        return f"#{self.number}"

    @property
    def shopify_id(self) -> str:
        return str(FIRST_ID + self.number - FIRST_NUMBER)


def _purchases(table: str) -> tuple[Purchase, ...]:
    rows = [row.split() for row in table.strip().splitlines()]
    return tuple(
        Purchase(
            FIRST_NUMBER + at,
            shopper,
            float(days),
            Standing(standing),
            tuple(_line(one) for one in lines),
        )
        for at, (shopper, days, standing, *lines) in enumerate(rows)
    )


def _line(text: str) -> tuple[str, int]:
    sku, _, quantity = text.partition("*")
    return sku, int(quantity or 1)


HARBOR = _purchases("""
quentin.ashdown 41 delivered HP-KETTLE-09
priya.sethuram 39 delivered HP-GRIND-01 HP-BLEND-250*2
kofi.mensahl 38 delivered HP-BOARD-40 HP-BALM-100 HP-CANDLE-CS*3
finn.marlowe 36 delivered HP-SUB-M
edith.fallow 34 delivered HP-TOWEL-2 HP-MUG-SAND*2
rosa.delmarsh 33 refunded HP-CANDLE-CS
tamsin.wroe 31 delivered HP-SUB-M
oscar.brandreth 30 delivered HP-DRIP-02 HP-FILT-100
zadie.crane 28 cancelled HP-KETTLE-09 HP-FILT-100*2
victor.pembry 27 delivered HP-BLEND-1000*2
idris.calder 26 delivered HP-SUB-M
wren.hollis 24 partly-refunded HP-MUG-KELP*2 HP-MUG-SAND*2
kofi.mensahl 22 delivered HP-GUJI-250*4
sven.aldering 21 delivered HP-GRIND-01
june.tarrant 20 refunded HP-TOWEL-2*2
carys.penhale 18 delivered HP-BLEND-250*3 HP-FILT-100
grace.adeyinka 17 delivered HP-MUG-KELP*4
dev.ramanan 16 delivered HP-DECAF-250*2
milo.sandys 15 delivered HP-KETTLE-09 HP-DRIP-02
nora.quilliam 14 delivered HP-CANDLE-CS*2
lotte.hendry 13 delivered HP-MUG-SAND HP-MUG-KELP
yusuf.terzian 12 delivered HP-GRIND-01 HP-GUJI-250
priya.sethuram 11 delivered HP-BOARD-40 HP-TOWEL-2
uma.kelleher 10 late HP-BLEND-250*2 HP-MUG-KELP
ben.okonjo 9 delivered HP-DECAF-250 HP-BLEND-250
tamsin.wroe 8 cancelled HP-SUB-M
hanna.vogt 7 transit HP-GUJI-250*2 HP-MUG-SAND
wren.hollis 6 delivered HP-BALM-100 HP-BOARD-40
amelia.hartley 5 transit HP-BLEND-250*2 HP-FILT-100
oscar.brandreth 5 transit HP-GUJI-250
edith.fallow 4 partial HP-TOWEL-2 HP-BOARD-40
idris.calder 4 transit HP-SUB-M
kofi.mensahl 3 transit HP-KETTLE-09 HP-GRIND-01 HP-BLEND-1000*3
zadie.crane 3 preparing HP-CANDLE-CS*2 HP-TOWEL-2
carys.penhale 2.4 preparing HP-DECAF-250*3
rosa.delmarsh 2 preparing HP-MUG-KELP*2
milo.sandys 1.2 preparing HP-BLEND-1000*10 HP-FILT-100*2
dev.ramanan 0.9 preparing HP-GUJI-250*2
finn.marlowe 0.6 preparing HP-SUB-M
grace.adeyinka 0.2 pending HP-KETTLE-09*4 HP-GRIND-01
""")

HILL = _purchases("""
dorothea.kling 40 delivered HH-BLANKET-H
frieda.lohse 35 delivered HH-SOCKS-39*3 HH-MEND
emil.varga 29 delivered HH-SLIPPER-42
helene.moor 22 refunded HH-CUSHION*2
gus.whitlock 16 delivered HH-SOCKS-43*2
ivo.stelzer 12 delivered HH-BLANKET-M
jette.nordhus 9 cancelled HH-SLIPPER-40
bela.ostwald 6 delivered HH-SLIPPER-42 HH-SOCKS-43
anton.greif 5 transit HH-BLANKET-H HH-SOCKS-43
clara.immerthal 4 transit HH-CUSHION
frieda.lohse 2 preparing HH-BLANKET-M HH-SOCKS-39
gus.whitlock 1 preparing HH-SLIPPER-42
""")

OF = {"harbor": HARBOR, "hill": HILL}
