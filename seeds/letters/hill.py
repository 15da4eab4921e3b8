"""Letters to Hill & Heath, most of them in German."""

from __future__ import annotations

from seeds.letters.pictures import mug
from seeds.letters.shapes import File, Letter
from seeds.story import Answers, Arrives, Assigns, Closes, Notes, story

STORIES = (
    story(
        "decke-unterwegs",
        (
            4.4,
            Arrives(
                Letter(
                    "anton.greif",
                    "Wo ist meine Bestellung #1050?",
                    """
                    Hallo,

                    wo ist meine Bestellung #1050? Die Decke ist ein Geschenk und das Paket ist \
noch nicht da.

                    Viele Grüße
                    Anton
                    """,
                )
            ),
        ),
    ),
    story(
        "pantoffeln-zurueck",
        (
            40,
            Arrives(
                Letter(
                    "bela.ostwald",
                    "Rücksendung Pantoffeln",
                    """
                    Guten Tag, die Pantoffeln aus der Bestellung #1049 sind zu groß. Wie geht die \
Rücksendung? Ich möchte sie gerne zurückschicken.

                    Bela Ostwald
                    """,
                )
            ),
        ),
        (
            39,
            Answers("admin", swaps=(("gerne. Ungetragene", "schade, aber gerne. Ungetragene"),)),
        ),
        (
            20.5,
            Arrives(
                Letter(
                    "bela.ostwald",
                    "Re: Rücksendung Pantoffeln",
                    "Vielen Dank, das Paket ist unterwegs.",
                    answers=True,
                    quoting="Am {date:%d.%m.%Y um %H:%M} schrieb {name} <{address}>:",
                )
            ),
        ),
        (19.5, Closes("admin")),
    ),
    story(
        "motten",
        (
            20,
            Arrives(
                Letter(
                    "dorothea.kling",
                    "Motten in der Wolle?",
                    """
                    Hallo, wie kann ich die Wolle pflegen und waschen, und was hilft gegen \
Motten?

                    Dorothea
                    """,
                )
            ),
        ),
    ),
    story(
        "slipper-size",
        (
            9,
            Arrives(
                Letter(
                    "gus.whitlock",
                    "Which size of felt slippers?",
                    """
                    Hi, I am between two sizes. Which size of felt slippers should I take, and \
do they stretch?

                    Gus
                    """,
                )
            ),
        ),
        (8.5, Assigns("admin", to="admin")),
    ),
    story(
        "stornieren",
        (
            3,
            Arrives(
                Letter(
                    "frieda.lohse",
                    "Bitte stornieren",
                    """
                    Hallo, kann ich die Bestellung #1052 noch vor dem Versand stornieren? Ich \
habe mich in der Farbe vertan.

                    Frieda
                    """,
                )
            ),
        ),
    ),
    story(
        "damaged-socks",
        (
            100,
            Arrives(
                Letter(
                    "gus.whitlock",
                    "Socks arrived damaged",
                    """
                    Hello, one pair of order #1046 arrived damaged, there is a hole in the heel.

                    Gus
                    """,
                    files=(File("heel.png", mug((120, 96, 84), is_cracked=True), "image/png"),),
                )
            ),
        ),
        (99, Answers("admin")),
        (98, Closes("admin")),
    ),
    story(
        "zusammenarbeit",
        (
            30,
            Arrives(
                Letter(
                    "Lennard Quast <lennard@kontor-quast.example>",
                    "Zusammenarbeit",
                    """
                    Sehr geehrte Damen und Herren,

                    wir führen drei Läden an der Küste und suchen Partner mit eigener Fertigung. \
Hätten Sie nächste Woche Zeit für ein Gespräch?

                    Lennard Quast
                    """,
                )
            ),
        ),
        (29, Notes("admin", "Klingt gut. Erst im nächsten Quartal, vorher schaffen wir es nicht.")),
    ),
    story(
        "rundbrief",
        (
            70,
            Arrives(
                Letter(
                    "Wollblatt <post@wollblatt.example>",
                    "Das Wollblatt",
                    "Neues von den Schafen: Rückblick, Termine, Rezepte.",
                    headers=(("List-Unsubscribe", "<https://wollblatt.example/ab>"),),
                )
            ),
        ),
        (69, Closes("admin")),
    ),
)
