"""Claims: what a text says of an order's state, and promises, without a number or a name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from shopapp.drafts.grounding import OrderFacts, OrderStatus
from shopapp.drafts.reading.facts import Fact, FactKind
from shopapp.drafts.reading.sentences import Span, sentences

_SAYS = {
    "en": (
        (
            r"has|have|had|hasn['’]t|haven['’]t|was|were|wasn['’]t|weren['’]t|is|isn['’]t|been"
            r"|\w{1,12}['’](?:s|ve)"
            r"|we|i|team|dhl|ups|usps|fedex|carrier|courier"
        ),
        2,
        {
            "shipped": "shipped|dispatched|mailed|sent out|left (?:us|our|the warehouse)",
            "delivered": "delivered|arrived|handed over to you",
            "cancelled": "cancell?ed",
            "refunded": "refunded|reimbursed|paid back|issued (?:you )?(?:a|the|your) refund",
            "returned": "received your return|got your return",
            "replaced": (
                "replaced|exchanged"
                "|(?:sent|shipped|posted)(?: you| out)? (?:a|the|another) (?:new|replacement)"
            ),
            "credited": "credited|issued (?:you )?a (?:store credit|credit|voucher)",
        },
    ),
    "de": (
        r"wurden?|ist|sind|haben|hat|habe|worden",
        8,
        {
            "shipped": "versandt|versendet|verschickt|abgeschickt|losgeschickt|übergeben",
            "delivered": "zugestellt|geliefert|ausgeliefert|angekommen|eingetroffen",
            "cancelled": "storniert",
            "refunded": "erstattet|zurückerstattet|zurückgezahlt|rückerstattet",
            "replaced": "ersetzt|umgetauscht|ausgetauscht",
            "credited": "gutgeschrieben",
        },
    ),
    "fr": (
        r"a|ont|avons|ai|est|sont|était",
        3,
        {
            "shipped": "expédiée?s?|envoyée?s?",
            "delivered": "livrée?s?|arrivée?s?",
            "cancelled": "annulée?s?",
            "refunded": "remboursée?s?",
            "replaced": "remplacée?s?|échangée?s?",
            "credited": "créditée?s?",
        },
    ),
    "es": (
        r"ha|han|hemos|he|fue|fueron",
        3,
        {
            "shipped": "enviad[oa]s?|despachad[oa]s?|expedid[oa]s?",
            "delivered": "entregad[oa]s?|llegado",
            "cancelled": "cancelad[oa]s?|anulad[oa]s?",
            "refunded": "reembolsad[oa]s?|devuelto",
            "replaced": "reemplazad[oa]s?|sustituid[oa]s?",
            "credited": "abonad[oa]s?",
        },
    ),
    "it": (
        r"è|sono|abbiamo|ha|ho",
        3,
        {
            "shipped": "spedit[oaie]|inviat[oaie]",
            "delivered": "consegnat[oaie]|arrivat[oaie]",
            "cancelled": "annullat[oaie]|cancellat[oaie]",
            "refunded": "rimborsat[oaie]",
            "replaced": "sostituit[oaie]",
            "credited": "accreditat[oaie]",
        },
    ),
    "nl": (
        r"is|zijn|werd|hebben|heeft|heb",
        7,
        {
            "shipped": "verzonden|verstuurd|opgestuurd",
            "delivered": "bezorgd|geleverd|afgeleverd|aangekomen",
            "cancelled": "geannuleerd",
            "refunded": "terugbetaald|terugbetaling gedaan",
            "replaced": "vervangen|omgeruild",
        },
    ),
    "pt": (
        r"foi|foram|já|enviámos|tem sido",
        3,
        {
            "shipped": "enviad[oa]s?|despachad[oa]s?|expedid[oa]s?",
            "delivered": "entregues?",
            "cancelled": "cancelad[oa]s?|anulad[oa]s?",
            "refunded": "reembolsad[oa]s?",
            "replaced": "substituíd[oa]s?",
        },
    ),
}
_STANDS = {
    "underway": r"on (?:its|their|the) way to you|on (?:its|their) way|in transit|out for delivery"
    r"|unterwegs|en route|en camino|en reparto|in viaggio|in consegna|onderweg|a caminho"
    r"|en cours de livraison|en cours d['’]acheminement",
    "preparing": r"being (?:prepared|packed)|still (?:preparing|packing)|in vorbereitung"
    r"|in bearbeitung|en préparation|en preparación|in preparazione|in lavorazione"
    r"|in voorbereiding|in behandeling|em preparação",
}
_PROMISES = {
    "free": r"free of charge|at no (?:extra |additional |further )?(?:cost|charge)|for free"
    r"|free(?: of)? (?:express |standard )?(?:shipping|delivery|returns?|replacement|gift|sample)"
    r"|kostenlos\w{0,2}|kostenfrei\w{0,2}|gratis|gratuit(?:e|s|es|o|a|i|ement|amente)?|sin coste?",
    "guarantee": r"guaranteed?|garantier(?:en|t)|garantizamos|garantissons|garantiamo",
    "tomorrow": r"tomorrow|demain|(?<!la )mañana|domani|(?<!guten )(?<!goede )morgen|amanhã",
    "today": r"(?:ships?|leaves?|arrives?|delivered?|refund(?:ed)?|sent|by|end of) "
    r"(?:\w{1,9} ){0,2}?(?:today|tonight)|noch heute|heute noch|aujourd['’]hui même"
    r"|hoy mismo|oggi stesso",
    "day after tomorrow": r"day after tomorrow|übermorgen|après-demain|pasado mañana|dopodomani"
    r"|overmorgen|depois de amanhã",
    "weekend": r"(?:this|next|on the|at the|over the|by the) weekend|am wochenende|ce week-end"
    r"|este fin de semana|nel fine settimana|(?:dit|in het) weekend|este fim de semana",
    "fortnight": r"(?:in|within) a fortnight",
    "yesterday": r"yesterday|gestern|hier(?= (?:soir|matin))|ayer|ieri|gisteren|ontem",
    "next week": r"next week|nächste[rn]? woche|semaine prochaine|próxima semana|volgende week"
    r"|prossima settimana|semana que vem|(?:end of|later) (?:the|this) week",
}
_WEEKDAYS = (
    "monday|montag|lundi|lunes|lunedì|maandag|segunda-feira",
    "tuesday|dienstag|mardi|martes|martedì|dinsdag|terça-feira",
    "wednesday|mittwoch|mercredi|miércoles|mercoledì|woensdag|quarta-feira",
    "thursday|donnerstag|jeudi|jueves|giovedì|donderdag|quinta-feira",
    "friday|freitag|vendredi|viernes|venerdì|vrijdag|sexta-feira",
    "saturday|samstag|sonnabend|samedi|sábado|sabato|zaterdag",
    "sunday|sonntag|dimanche|domingo|domenica|zondag",
)
_ONCE = re.compile(
    r"\b(?:if|once|when|whenever|after|until|till|as soon as|before|unless|in case|will|would|can"
    r"|should|may|might|must|wenn|sobald|falls|nachdem|bevor|wird|werden|kann|si|quand|lorsque|dès"
    r"|après|sera|seront|cuando|una vez|después|será|serán|se|quando|dopo|sarà|als|zodra|wanneer"
    r"|nadat|zal|wordt|assim que|depois|caso)\b",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:not|never|no|yet to be|\w{1,9}n['’]t|nicht|nie|kein\w{0,2}|pas|jamais|non|nunca|niet"
    r"|nooit|não|aún no|todavía no)\b",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[,;:()]|\s[–—-]\s")
_RULE = re.compile(r"\s+(?:within|in|every|once|when|if|by|from|separately)\b", re.IGNORECASE)
_GAP = r"(?:\s{1,3}[^\s.!?,;:]{1,40})"
_LEFT_US = r"(?:order|parcel|package) (?:\S{1,12} ){0,2}?left(?! (?:to|over|in)\b)"


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(words)})(?!\w)", re.IGNORECASE)


def _verbs() -> Iterator[tuple[str, re.Pattern[str]]]:
    for says, gap, verbs in _SAYS.values():
        for state, words in verbs.items():
            before = rf"(?<!\w)(?P<says>{says}){_GAP}{{0,{gap}}}?\s{{1,3}}(?:{words})(?!\w)"
            yield state, re.compile(before, re.IGNORECASE)
    yield "shipped", _any_of([_LEFT_US])
    yield from ((state, _any_of([words])) for state, words in _STANDS.items())


_STATES = tuple(_verbs())
_STATED = _any_of(
    [
        *(words for _, _, verbs in _SAYS.values() for words in verbs.values()),
        *_STANDS.values(),
        "left",
    ]
)
_PROMISE_OF = {
    **_PROMISES,
    **{str(number): rf"(?:{words})s?" for number, words in enumerate(_WEEKDAYS)},
}
_PROMISED = tuple((value, _any_of([words])) for value, words in _PROMISE_OF.items())
_PROMISED_AT_ALL = _any_of(_PROMISE_OF.values())


def claims(text: str) -> tuple[Fact, ...]:
    """States and promises that `text` claims, ascending, at most one of a value in a sentence.

    Values of states: shipped, delivered, cancelled, refunded, returned, replaced, credited,
    underway, preparing, each perhaps with "not " before it. Conditions ("once it has shipped"),
    what is to come ("will be refunded"), rules ("is delivered within 3 days") and questions claim
    nothing. Values of promises: free, guarantee, tomorrow, today, yesterday, next week and the
    number of a weekday, Monday 0. Linear in the length of `text`.
    """
    found = (_distinct(_of_sentence(text, span)) for span in sentences(text))
    return tuple(fact for inside in found for fact in inside)


def _distinct(found: Iterable[Fact]) -> list[Fact]:
    """The first of each value, in the order of the text."""
    facts = sorted(found, key=lambda fact: fact.start, reverse=True)
    return sorted({fact.value: fact for fact in facts}.values(), key=lambda fact: fact.start)


def _of_sentence(text: str, span: Span) -> Iterator[Fact]:
    # one look tells most sentences apart that say nothing of the kind
    for value, pattern in _PROMISED if _PROMISED_AT_ALL.search(span.text) else ():
        match = pattern.search(span.text)
        if match:
            yield _fact(FactKind.PROMISE, value, text, span, match)
    if span.text.endswith("?") or not _STATED.search(span.text):
        return
    for value, pattern in _STATES:
        match = next((m for m in pattern.finditer(span.text) if _is_said(span.text, m)), None)
        if match:
            negated = _NOT.search(span.text, max(match.start() - 8, 0), match.end())
            yield _fact(FactKind.STATE, f"not {value}" if negated else value, text, span, match)


def _is_said(sentence: str, match: re.Match[str]) -> bool:
    says = (match.groupdict().get("says") or "").lower()
    if says == "is" and _RULE.match(sentence, match.end()):
        return False
    before = [cut.end() for cut in _CLAUSE.finditer(sentence, 0, match.start())]
    return not _ONCE.search(sentence, before[-1] if before else 0, match.end())


def _fact(kind: FactKind, value: str, text: str, span: Span, match: re.Match[str]) -> Fact:
    start, end = span.start + match.start(), span.start + match.end()
    return Fact(kind, text[start:end], start, end, (value,))


def holds(state: str, order: OrderFacts) -> bool:
    """Whether the value of a claimed state is true of `order`; what no order tells is not."""
    wanted = not state.startswith("not ")
    test = _TRUE.get(state.removeprefix("not "))
    return test is not None and test(order) is wanted


_LEFT = {OrderStatus.PARTLY_SHIPPED, OrderStatus.IN_TRANSIT, OrderStatus.DELIVERED}
_TRUE: dict[str, Callable[[OrderFacts], bool]] = {
    "shipped": lambda order: bool(order.fulfilments) or order.status in _LEFT,
    "delivered": lambda order: any(parcel.delivered_at for parcel in order.fulfilments),
    "cancelled": lambda order: order.status is OrderStatus.CANCELLED,
    "refunded": lambda order: order.financial_status in {"refunded", "partially_refunded"},
    "underway": lambda order: (
        order.status in {OrderStatus.IN_TRANSIT, OrderStatus.PARTLY_SHIPPED}
        and not all(parcel.delivered_at for parcel in order.fulfilments)
    ),
    "preparing": lambda order: order.status in {OrderStatus.PREPARING, OrderStatus.PARTLY_SHIPPED},
}
