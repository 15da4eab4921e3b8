"""Mentioned: people whom a sentence names, by what stands before a name or by the name itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from shopapp.drafts.reading.first_names import FIRST_NAMES
from shopapp.drafts.reading.mentions import CARRIERS

_BIG = r"[^\W\d_a-zß-öø-ÿ](?:['’][^\W\d_])?[^\W\d_]*[a-zß-öø-ÿ][\w'’-]*"
_SMALL = r"(?:(?:van|von|de|der|den|da|di|la|le|el|bin|dos|del)[ \t]+)*"
_INITIAL = r"(?:[A-ZÄÖÜ]\.[ \t]*){0,2}"
_NAME = rf"(?P<name>{_INITIAL}{_BIG}(?:[ \t]+{_SMALL}{_BIG}){{0,3}})"
_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herrn?|Frau|Hr|Fr|Mme|Mlle|M|Monsieur|Madame|Mademoiselle|Sr|Sra"
    r"|Señora?|Don|Doña|Sig|Signora?|Dott|Dhr|Mevr|Meneer|Mevrouw|Senhora?|Dona"
    r"|(?i:señor(?:a|ita)?|signor[ae]?|madame|monsieur|senhora?|mevrouw|meneer))\.?"
)
_KIN = (
    r"wife|husband|partner|fianc[ée]e?|girlfriend|boyfriend|son|daughter|mother|father|mum|mom|dad"
    r"|brother|sister|grand(?:mother|father|son|daughter)|aunt|uncle|cousin|niece|nephew|friend"
    r"|neighbou?rs?|colleague|boss|assistant|flatmate|roommate|landlord|caretaker|receptionist"
    r"|frau|mann|sohn|tochter|mutter|vater|bruder|schwester|oma|opa|tante|onkel|cousine|nichte"
    r"|neffe|freund(?:in)?|nachbar[ns]?|nachbarin|kollegen?|kollegin|chef(?:in)?|vermieter(?:in)?"
    r"|hausmeister(?:in)?|femme|mari|fils|fille|mère|père|frère|s(?:oe|œ)ur|amie?|voisine?|collègue"
    r"|mujer|esposa|marido|hij[oa]|madre|padre|herman[oa]|amig[oa]|vecin[oa]|compañer[oa]|jef[ae]"
    r"|moglie|marito|figli[oa]|fratello|sorella|amic[oa]|vicin[oa]|collega|vrouw|zoon|dochter"
    r"|moeder|vader|broer|zus|vriend(?:in)?|buurman|buurvrouw|filh[oa]|mãe|pai|irmãos?|irmã"
    r"|vizinh[oa]"
)
_OWN = (
    r"(?:my|our|his|her|their|your|a|the|meine?[nmrs]?|unsere?[nmrs]?|ihre?[nmrs]?|deine?[nmrs]?|mon"
    r"|ma|mes|notre|votre|son|sa|mi|su|nuestr[oa]|mi[oa]|su[oa]|mijn|onze|ons|haar|zijn|meu|minha)"
)
_SAID = (
    r"(?:(?:spoke|talked|chatted|speak|talk|dealt|deal)(?: (?:today|yesterday|earlier))?"
    r" (?:to|with)|named|ask(?:ed)? for|signed (?:for )?by|accepted by|care of|c/o|attn\.?:?"
    r"|attention:|namens|zu händen(?: von)?|z\. ?hd\.|unterschrieben von"
    r"|angenommen von|parlé (?:à|avec)|signé par|nommée?|hablé con|firmado por|llamad[oa]"
    r"|parlato con|firmato da|di nome|gesproken met|getekend door|genaamd|falei com|assinado por)"
)
_CUED = tuple(
    re.compile(pattern)
    for pattern in (
        rf"(?<!\w){_TITLE}[ \t]+{_NAME}",
        rf"(?<!\w)(?i:{_OWN}[ \t]+(?:\w{{2,9}}[ \t]+)?(?:{_KIN})),?[ \t]+(?i:called[ \t]+)?{_NAME}",
        rf"(?<!\w)(?i:{_SAID})[ \t]+{_NAME}",
    )
)
_FULL = re.compile(rf"(?<![\w@./-])(?P<name>{_BIG}(?:[ \t]+{_SMALL}{_BIG}){{0,2}})")
_NOBODY = frozenset(
    (
        "customer service support team order parcel monday tuesday wednesday thursday friday "
        "saturday sunday january february march april may june july august september october "
        "november december montag dienstag mittwoch donnerstag freitag samstag sonntag januar "
        "februar märz mai juni juli oktober dezember amazon google paypal klarna shopify visa "
        "apple christmas easter the you your our they this that we it he she i is was and but "
        "please thank thanks hello hi dear hallo bonjour hola best kind regards grüße gruß "
        "liebe lieber sehr geehrte geehrter paket bestellung rechnung lieferung adresse post "
        "shop kunde kundin kundenservice english german french spanish italian dutch earl lady "
        "grey no yes if when where what who how why"
    ).split()
) | {word.lower() for name in CARRIERS for word in name.split()}


def mentioned(text: str) -> Iterator[str]:
    """Names within sentences: after a title, a relation ("my wife Petra") or "spoke to", and such
    as begin with a common first name, wherever they stand.

    Heuristic: a rare name by itself is missed, a product called by a first name is taken for one.
    Linear in the length of `text`.
    """
    for pattern in _CUED:
        yield from filter(None, (_own(match["name"]) for match in pattern.finditer(text)))
    for match in _FULL.finditer(text):
        words = match["name"].split()
        first = next((at for at, word in enumerate(words) if _is_first(word)), None)
        if first is not None:
            yield from filter(None, [_own(" ".join(words[first:]))])


def _is_first(word: str) -> bool:
    """A first name, perhaps two with a hyphen, perhaps in the genitive."""
    bare = re.sub(r"['’]s?$", "", word).lower()
    parts = bare.split("-")
    return all(part in FIRST_NAMES for part in parts) or (
        bare.endswith("s") and bare[:-1] in FIRST_NAMES
    )


def _own(name: str) -> str:
    """The words of `name` up to the first that names nobody; no genitive."""
    kept: list[str] = []
    for word in name.split():
        if word.lower().strip(".,'’") in _NOBODY:
            break
        kept.append(word)
    while kept and kept[-1][0].islower():
        kept.pop()
    return re.sub(r"['’]s?$", "", " ".join(kept))
