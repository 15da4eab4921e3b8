"""What the stores sell: products with their variants, prices, stock and daily sales."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Good:
    """One variant; `stock` is on hand, `daily` what sells a day, money in the store's currency."""

    sku: str
    product: str
    option: str
    kind: str
    vendor: str
    price: Decimal
    cost: Decimal
    grams: int
    stock: int
    daily: float

    @property
    def title(self) -> str:
        """As an order line calls it."""
        return f"{self.product} {self.option}".strip()


def _good(row: str) -> Good:
    sku, product, option, kind, vendor, price, cost, grams, stock, daily = (
        cell.strip() for cell in row.split("|")
    )
    return Good(
        sku,
        product,
        option,
        kind,
        vendor,
        Decimal(price),
        Decimal(cost),
        int(grams),
        int(stock),
        float(daily),
    )


def _goods(table: str) -> tuple[Good, ...]:
    return tuple(_good(row) for row in table.strip().splitlines())


HARBOR = _goods("""
HP-BLEND-250|Harbour Blend|250 g|Coffee|Saltmarsh Roastery|9.50|4.10|270|64|5.2
HP-BLEND-1000|Harbour Blend|1 kg|Coffee|Saltmarsh Roastery|32.00|15.20|1040|11|1.4
HP-GUJI-250|Ethiopia Guji|250 g|Coffee|Saltmarsh Roastery|12.50|5.80|270|38|2.6
HP-DECAF-250|Decaf Huila|250 g|Coffee|Saltmarsh Roastery|11.00|5.10|270|9|1.9
HP-SUB-M|Monthly Coffee Box|2 × 250 g|Coffee|Saltmarsh Roastery|18.00|9.40|560|0|0.9
HP-MUG-KELP|Tide Mug|Kelp|Ceramics|Bell Rock Pottery|18.00|7.20|410|23|1.1
HP-MUG-SAND|Tide Mug|Sand|Ceramics|Bell Rock Pottery|18.00|7.20|410|4|1.3
HP-DRIP-02|Pour-over Dripper|Size 02|Brewing|Bell Rock Pottery|24.00|9.80|520|31|0.6
HP-KETTLE-09|Gooseneck Kettle|0.9 l|Brewing|Northgate Imports|79.00|41.00|1350|7|0.5
HP-GRIND-01|Hand Grinder||Brewing|Northgate Imports|96.00|52.00|880|14|0.4
HP-FILT-100|Paper Filters|100 pack|Brewing|Northgate Imports|6.00|2.10|190|140|3.0
HP-BOARD-40|Pine Serving Board|40 cm|Kitchen|Northgate Imports|42.00|17.50|1100|19|0.3
HP-TOWEL-2|Linen Tea Towels|Pair|Kitchen|Northgate Imports|19.00|7.60|240|210|0.5
HP-BALM-100|Beeswax Board Balm|100 ml|Kitchen|Northgate Imports|11.00|3.90|150|45|0.4
HP-CANDLE-CS|Cedar & Salt Candle||Home|Bell Rock Pottery|26.00|9.90|430|16|0.8
""")

HILL = _goods("""
HH-BLANKET-H|Heidedecke|Heide|Decken|Spinnerei Aubach|129.00|61.00|1400|12|0.7
HH-BLANKET-M|Heidedecke|Moos|Decken|Spinnerei Aubach|129.00|61.00|1400|3|0.6
HH-SOCKS-39|Wollsocken|39–42|Socken|Spinnerei Aubach|24.00|9.50|120|52|1.8
HH-SOCKS-43|Wollsocken|43–46|Socken|Spinnerei Aubach|24.00|9.50|130|40|1.2
HH-SLIPPER-40|Filzpantoffeln|40|Schuhe|Filzhof Lenne|59.00|27.00|460|9|0.5
HH-SLIPPER-42|Filzpantoffeln|42|Schuhe|Filzhof Lenne|59.00|27.00|480|6|0.5
HH-CUSHION|Kissen aus Filz||Wohnen|Filzhof Lenne|48.00|19.00|700|21|0.2
HH-MEND|Stopfset||Pflege|Spinnerei Aubach|16.00|5.40|110|70|0.4
""")

OF = {"harbor": HARBOR, "hill": HILL}
