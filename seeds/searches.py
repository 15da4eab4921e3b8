"""What people search for and which pages they see: invented figures for four weeks."""

from __future__ import annotations

from shopapp.seo.rules.shapes import Kind

_HARBOR_QUERIES = """
harbor and pine|620|1.1|1.9
harbor & pine coffee|210|1.0|2.0
harbor pine discount|90|1.2|1.6
hand coffee grinder|3120|11.4|1.0
gooseneck kettle|2480|8.7|1.0
pour over dripper|1890|6.2|1.1
pour over coffee set|1340|9.8|0.9
ethiopia guji coffee|980|4.6|1.1
decaf coffee beans uk|1760|12.3|0.8
swiss water decaf|640|14.8|0.8
coffee subscription uk|2210|17.6|0.7
monthly coffee box|720|5.4|1.0
harbour blend|310|1.8|1.2
stoneware mug|1480|7.1|0.9
handmade mug kelp|260|2.1|1.1
handmade ceramic mug|1910|3.4|0.25
tide mug|340|1.3|1.2
linen tea towels|1260|4.1|0.3
linen tea towels pair|240|3.2|1.1
pine serving board|560|3.7|1.0
serving board 40 cm|410|5.9|1.0
board balm beeswax|480|2.6|1.1
how to oil a wooden board|1350|9.2|0.8
cedar candle|690|6.8|0.9
cedar and salt candle|180|1.4|1.1
paper filters size 02|830|5.2|1.2
coffee filters 100 pack|520|8.8|0.9
best grind size for pour over|2640|13.5|0.7
coffee gifts for christmas|1880|10.6|0.8
speciality coffee bristol|310|15.2|0.8
kettle 0.9 l|290|9.4|0.9
coffee beans 1 kg|2950|18.9|0.7
gift set coffee and mug|430|7.7|0.9
how long do coffee beans last|1120|16.4|0.6
guji vs yirgacheffe|360|5.1|1.0
huila coffee|540|6.3|0.9
manual grinder for espresso|890|12.9|0.7
matte green mug|220|4.9|0.9
small wooden board|310|13.1|0.7
"""
_HARBOR_PAGES = """
~/|2100|1.6|2.2
~/collections/coffee|5400|4.2|0.35
~/collections/brewing|2600|8.4|1.0
~/collections/ceramics|1800|6.1|1.0
~/products/hand-grinder|3300|11.0|1.0
~/products/gooseneck-kettle|2500|8.6|1.0
~/products/pour-over-dripper|1700|6.4|1.1
~/products/ethiopia-guji|1150|4.7|1.1
~/collections/coffee/products/ethiopia-guji|420|6.2|0.8
~/products/decaf-huila|1900|12.2|0.9
~/products/tide-mug|1400|3.6|1.0
~/products/tide-mug?variant=41002|520|4.4|0.8
~/collections/ceramics/products/tide-mug|260|5.1|0.8
~/products/tide-mug?srsltid=AfmBOor9|310|3.9|0.9
~/products/linen-tea-towels|1500|4.0|1.0
~/products/harbour-blend|900|2.4|1.1
~/products/monthly-coffee-box|880|5.5|1.0
~/products/pine-serving-board|700|4.1|1.0
~/products/paper-filters|1200|5.6|1.1
~/blogs/journal/grind-size|2700|13.1|0.8
~/blogs/journal/care-for-boards|1300|9.0|0.9
"""
_HILL_QUERIES = """
hill & heath|240|1.0|1.9
hill and heath decken|80|1.1|1.8
filzpantoffeln damen|1800|12.1|1.0
filzpantoffeln herren|1250|9.6|1.0
hausschuhe aus filz|2100|14.4|0.8
wollsocken 43-46|620|5.3|1.1
wollsocken merino|1900|17.2|0.7
dicke wollsocken|1480|8.2|0.3
wolldecke made in germany|980|7.4|1.0
heidedecke|310|1.6|1.2
wolldecke grün|760|6.9|0.9
socken stopfen anleitung|1650|11.3|0.8
stopfset|420|3.1|1.1
stopfpilz kaufen|380|6.6|1.0
sitzkissen filz|690|8.9|0.9
kissen aus filz|340|4.2|1.0
"""
_HILL_PAGES = """
~/|900|1.7|2.1
~/products/filzpantoffeln|3100|11.6|1.0
~/products/filzpantoffeln/|380|13.0|0.8
~/products/wollsocken|2300|9.4|0.9
~/products/heidedecke|1500|5.8|1.0
~/products/stopfset|900|5.0|1.0
~/products/kissen-aus-filz|800|7.1|1.0
~/blogs/werkstatt/socken-stopfen|1700|11.0|0.9
"""

OF: dict[str, dict[Kind, str]] = {
    "harbor": {"query": _HARBOR_QUERIES, "page": _HARBOR_PAGES},
    "hill": {"query": _HILL_QUERIES, "page": _HILL_PAGES},
}
