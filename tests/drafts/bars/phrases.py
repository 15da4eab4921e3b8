"""The phrases of the seeded tickets: parts between bars are facts, `!` before a part is a state."""

from __future__ import annotations

_MONTHS = {
    "en": "January February March April May June July August September October November December",
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "fr": "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre "
    "diciembre",
}
MONTHS = {language: names.split() for language, names in _MONTHS.items()}

WORDS = {
    "en": {"hello": "Hi {name},", "bye": "Have a lovely day,\nMia"},
    "de": {"hello": "Hallo {name},", "bye": "Viele Grüße\nMia"},
    "fr": {"hello": "Bonjour {name},", "bye": "Bien cordialement,\nMia"},
    "es": {"hello": "Hola {name}:", "bye": "Un saludo,\nMia"},
}

ALWAYS = {
    "en": [
        "Thank you for writing to us about order |order|.",
        "You ordered on |placed| and paid |total|.",
        "The total of |order| came to |total|.",
        "It contains two bags of |sku|, as you can see in your confirmation.",
        "Sorry for the trouble, and thanks for your patience with us today.",
        "If anything has been damaged, tell us and we will look into it.",
        "Write to |help@harbor.example| whenever you like, e.g. with a photo.",
        "As soon as a parcel has been returned, we write to you.",
    ],
    "de": [
        "vielen Dank für Ihre Nachricht zur Bestellung |order|.",
        "Sie haben am |placed| bestellt, der Betrag war |total|.",
        "Die Summe von |order| betrug |total|.",
        "Enthalten sind z. B. zwei Packungen |sku|.",
        "Es tut uns leid, dass Sie warten mussten.",
        "Sobald etwas verschickt wurde, schreiben wir Ihnen.",
    ],
    "fr": [
        "Merci pour votre message concernant la commande |order|.",
        "Vous avez commandé le |placed| pour un montant de |total|.",
        "Le total de |order| est de |total|.",
        "Elle contient deux sachets de |sku|.",
        "Nous sommes désolés pour cette attente.",
        "Dès que le colis a été retourné, nous vous écrivons.",
    ],
    "es": [
        "Gracias por escribirnos sobre el pedido |order|.",
        "Hizo su pedido el |placed| por un importe de |total|.",
        "El total de |order| es de |total|.",
        "Contiene dos bolsas de |sku|.",
        "Sentimos mucho la espera.",
        "Cuando el paquete ha sido devuelto, le escribimos.",
    ],
}

_EN_SENT = [
    "It |!has left| our warehouse, tracking number |tracking|.",
    "We |!shipped it| on |shipped|; see |url|.",
    "The parcel |tracking| can be followed at |url|.",
    "You can follow it here: |url|",
]
_DE_SENT = [
    "Das Paket |!wurde am| |shipped| verschickt.",
    "Die Sendungsnummer lautet |tracking|.",
    "Sie können es hier verfolgen: |url|.",
]
_FR_SENT = [
    "Votre colis |!a été expédié| le |shipped|.",
    "Le numéro de suivi est |tracking|.",
    "Vous pouvez le suivre ici : |url|.",
]
_ES_SENT = [
    "Su paquete |!ha sido enviado| el |shipped|.",
    "El número de seguimiento es |tracking|.",
    "Puede seguirlo aquí: |url|.",
]
WHEN = {
    "en": {
        "preparing": [
            "Your order |!has not been shipped| yet.",
            "It is |!being packed| right now.",
        ],
        "in-transit": [
            *_EN_SENT,
            "It is |!on its way| and should arrive on |due|.",
            "The carrier expects delivery by |due|.",
        ],
        "delivered": [*_EN_SENT, "According to DHL it |!was delivered| on |arrived|."],
        "refunded": [*_EN_SENT, "We |!have refunded| the full |total|."],
    },
    "de": {
        "preparing": [
            "Ihre Bestellung |!wurde noch nicht versandt|.",
            "Sie ist |!in Bearbeitung|.",
        ],
        "in-transit": [*_DE_SENT, "Es ist |!unterwegs| und kommt voraussichtlich am |due| an."],
        "delivered": [*_DE_SENT, "Laut DHL |!wurde| es am |arrived| zugestellt."],
        "refunded": [*_DE_SENT, "Den Betrag von |total| |!haben wir erstattet|."],
    },
    "fr": {
        "preparing": ["Votre commande |!n'a pas encore été expédiée|."],
        "in-transit": [*_FR_SENT, "La livraison est prévue pour le |due|."],
        "delivered": [*_FR_SENT, "Selon DHL, il |!a été livré| le |arrived|."],
        "refunded": [*_FR_SENT, "Nous vous |!avons remboursé| |total|."],
    },
    "es": {
        "preparing": ["Su pedido todavía |!no ha sido enviado|."],
        "in-transit": [*_ES_SENT, "La entrega está prevista para el |due|."],
        "delivered": [*_ES_SENT, "Según DHL, |!fue entregado| el |arrived|."],
        "refunded": [*_ES_SENT, "Le |!hemos reembolsado| |total|."],
    },
}

RULES = {
    "en": [
        "You can return unopened items within {days} days of delivery.",
        "We replace damaged goods at our expense within {days} days.",
        "Subscribers save {percent}% on every repeat order of coffee.",
        "Gift cards can be redeemed at https://harbor.example/gifts in any currency.",
        "We accept exchanges of opened bags when the seal is intact.",
    ],
    "de": [
        "Ungeöffnete Ware können Sie innerhalb von {days} Tagen zurückgeben.",
        "Beschädigte Artikel ersetzen wir innerhalb von {days} Tagen auf unsere Rechnung.",
        "Mit einem Abo sparen Sie {percent} % bei jeder weiteren Bestellung.",
        "Gutscheine lösen Sie unter https://harbor.example/gutschein direkt ein.",
    ],
    "fr": [
        "Vous pouvez retourner les articles non ouverts sous {days} jours.",
        "Nous remplaçons les articles abîmés sous {days} jours après réception.",
        "Les abonnés économisent {percent} % sur chaque nouvelle commande.",
        "Les cartes cadeaux se dépensent sur https://harbor.example/cadeau en ligne.",
    ],
    "es": [
        "Puede devolver los artículos cerrados en un plazo de {days} días.",
        "Reemplazamos los artículos dañados en un plazo de {days} días.",
        "Los suscriptores ahorran un {percent} % en cada nuevo pedido.",
        "Las tarjetas regalo se canjean en https://harbor.example/regalo fácilmente.",
    ],
}
