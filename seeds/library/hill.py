"""The macros and articles of Hill & Heath, in German and in English."""

from __future__ import annotations

from seeds.library.shapes import article, macro

MACROS = (
    macro(
        "Wo ist meine Bestellung?",
        "where-is-my-order in-transit",
        """
        Hallo {{customer.first_name|und danke für deine Nachricht}},

        deine Bestellung {{order.name}} hat am {{order.shipped_at}} unsere Werkstatt verlassen und \
ist mit {{order.carrier}} unterwegs: {{order.tracking_url}}

        Sie soll am {{order.estimated_delivery}} bei dir sein. Wenn nicht, melde dich bitte noch \
einmal, dann fragen wir nach.
        """,
    ),
    macro(
        "Rücksendung: so geht es",
        "return",
        """
        Hallo {{customer.first_name|und danke für deine Nachricht}},

        gerne. Ungetragene Ware kannst du innerhalb von 30 Tagen zurückschicken. Das Etikett für \
die Rücksendung findest du hier: https://hill.example/ruecksendung

        Sobald das Paket bei uns ist, bekommst du dein Geld auf demselben Weg zurück.
        """,
    ),
    macro(
        "Stornieren vor dem Versand",
        "cancel preparing",
        """
        Hallo {{customer.first_name|und danke für deine Nachricht}},

        deine Bestellung {{order.name}} ist noch nicht gepackt, wir haben sie angehalten. Der \
Betrag von {{order.total}} geht auf demselben Weg zurück.
        """,
    ),
    macro(
        "Item arrived damaged",
        "damaged",
        """
        Hi {{customer.first_name|there}},

        I am sorry that it reached you damaged. Please reply with a photo, and we will send a \
replacement free of charge. No need to send the damaged one back.
        """,
    ),
)

ARTICLES = (
    article(
        "Wolle pflegen und waschen",
        "https://hill.example/hilfe/pflege",
        """
        Wolle braucht selten Wasser: lüften genügt meistens. Wenn waschen, dann im Wollprogramm \
bei 30 °C mit Wollwaschmittel und ohne Weichspüler.

        Gegen Motten helfen Lavendel und Zedernholz; lagere Decken sauber und trocken.
        """,
    ),
    article(
        "Felt slippers: finding your size",
        "https://hill.example/help/slippers",
        """
        Felt slippers stretch with wear. Take your usual size, or one size down if you are between \
two sizes. They should feel snug on the first day.

        Exchanging a size is free within 30 days.
        """,
    ),
    article(
        "Versand: Länder, Kosten, Dauer",
        "https://hill.example/hilfe/versand",
        """
        Wir versenden nach Deutschland für 4,90 €, nach Österreich und in die Niederlande für \
9,50 €, in die Schweiz für 14,00 €.

        In Deutschland dauert es 2-3 Werktage, sonst 4-9.
        """,
    ),
)
