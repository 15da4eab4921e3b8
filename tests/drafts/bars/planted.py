"""Wrong facts planted into true replies, by kind; `HELD_OUT` were not looked at while tuning."""

from __future__ import annotations

import random

from tests.drafts.bars.planting import (
    Plant,
    Planted,
    add,
    arabic,
    currency,
    digit,
    event,
    full_width,
    host,
    lookalike,
    lookalike_number,
    lower,
    missing,
    negated,
    not_when,
    other_day,
    path,
    percent,
    query,
    scale,
    spaced,
    span,
    subdomain,
    swap,
    undefanged,
    worded,
    zero_width,
)
from tests.drafts.bars.tickets import Letter


def planted(kind: str, letter: Letter, dice: random.Random) -> Planted | None:
    """`letter` with a wrong fact of `kind`; None when it has nothing to get wrong that way."""
    return KINDS[kind](kind, letter, dice)


TUNED: dict[str, Plant] = {
    "amount: a digit": swap("total", digit),
    "order: a digit": swap("order", digit),
    "tracking: a digit": swap("tracking", digit),
    "sku: a digit": swap("sku", digit),
    "date: another day": swap("placed shipped due arrived", other_day),
    "amount: another currency": swap("total", currency),
    "link: another host": swap("url", host),
    "link: another path": swap("url", path),
    "order: zero-width": swap("order", zero_width),
    "amount: full-width": swap("total", full_width),
    "order: spaced digits": swap("order", spaced),
    "rule: other days": swap("policy", span),
    "rule: days in words": swap("policy", worded),
    "rule: other percent": swap("policy", percent),
    "rule: turned round": swap("policy", negated),
    "state: delivered": not_when(
        add(
            "Your order has already been delivered.",
            "Ihre Bestellung wurde bereits zugestellt.",
            "Votre commande a déjà été livrée.",
            "Su pedido ya ha sido entregado.",
        ),
        "delivered",
    ),
    "state: refunded": not_when(
        add(
            "We have refunded your money.",
            "Wir haben Ihnen den Betrag erstattet.",
            "Nous vous avons remboursé.",
            "Le hemos reembolsado el importe.",
        ),
        "refunded",
    ),
    "promise: free": add(
        "The replacement is free of charge.",
        "Der Ersatz ist für Sie kostenlos.",
        "Le remplacement est gratuit.",
        "El cambio es gratuito.",
    ),
}
HELD_OUT: dict[str, Plant] = {
    "tracking: a digit missing": swap("tracking", missing),
    "tracking: lower case": swap("tracking", lower),
    "link: a look-alike letter": swap("url", lookalike),
    "link: a query": swap("url", query),
    "link: a subdomain": swap("url", subdomain),
    "link: written around": swap("url", undefanged),
    "order: look-alike letters": swap("order", lookalike_number),
    "order: Arabic digits": swap("order", arabic),
    "amount: another scale": swap("total", scale),
    "date: of another event": swap("shipped due arrived", event),
    "state: cancelled": add(
        "We have cancelled the order for you.",
        "Ich habe die Bestellung für Sie storniert.",
        "Votre commande a bien été annulée.",
        "Hemos cancelado su pedido.",
    ),
    "state: not sent": not_when(
        add(
            "Your parcel hasn't been dispatched so far.",
            "Ihr Paket ist leider noch nicht verschickt worden.",
            "Votre colis n'est pas encore expédié.",
            "Su paquete aún no fue enviado.",
        ),
        "preparing",
    ),
    "promise: tomorrow": add(
        "It will reach you tomorrow.",
        "Es kommt morgen bei Ihnen an.",
        "Vous le recevrez demain.",
        "Lo recibirá mañana.",
    ),
    "percent: in words": add(
        "We gladly give you fifteen percent off.",
        "Wir geben Ihnen gern fünfzehn Prozent Rabatt.",
        "Nous vous offrons quinze pour cent de remise.",
        "Le damos un quince por ciento de descuento.",
    ),
    "code: made up": add("Use the code THANKYOU15 next time."),
    "amount: in words": add(
        "We will send you twenty-five dollars.",
        "Wir überweisen Ihnen fünfundzwanzig Euro.",
        "Nous vous versons vingt-cinq euros.",
        "Le enviamos veinticinco euros.",
    ),
    "phone: made up": add("Call us on +1 503 555 0188."),
    "order: without its sign": add(
        "This is about order 70777 of yours.",
        "Es geht um Ihre Bestellung 70777.",
        "Il s'agit de la commande 70777.",
        "Se trata del pedido 70777.",
    ),
    "date: short": add(
        "You will have it by 12/30.",
        "Sie haben es bis 30.12. bei sich.",
        "Vous l'aurez le 30/12 au plus tard.",
        "Lo tendrá el 30/12 como muy tarde.",
    ),
    "span: in words": add(
        "It takes nine weeks at most.",
        "Es dauert höchstens neun Wochen.",
        "Cela prend neuf semaines au plus.",
        "Tarda nueve semanas como mucho.",
    ),
    "amount: whole": add(
        "That leaves 61 bucks to pay.",
        "Es bleiben 61 Euro zu zahlen.",
        "Il reste 61 euros à payer.",
        "Quedan 61 euros por pagar.",
    ),
    "percent: half": add("You get it at half price."),
    "replacement: sent": add("We have sent you a replacement."),
    "return: received": add("We have received your return."),
    "link: bare": add("See harbor-tracking.xyz for more."),
    "address: made up": add("Write to refunds@harb0r.example instead."),
}
KINDS = {**TUNED, **HELD_OUT}


def plants(kinds: dict[str, Plant], letters: list[Letter], count: int, seed: int) -> list[Planted]:
    """So many plants, the kinds in turn, over the letters in turn."""
    dice = random.Random(seed)
    found: list[Planted] = []
    names = list(kinds)
    turn = 0
    while len(found) < count:
        kind, letter = names[turn % len(names)], letters[dice.randrange(len(letters))]
        plant = kinds[kind](kind, letter, dice)
        if plant is not None:
            found.append(plant)
            turn += 1
    return found
