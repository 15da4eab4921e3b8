"""Letters to Harbor & Pine about parcels on their way, and what the team made of them."""

from __future__ import annotations

from seeds.letters.shapes import Letter
from seeds.story import Answers, Arrives, Assigns, Closes, Discards, Fate, Marks, Notes, story
from shopapp.inbox.models import Priority

STORIES = (
    story(
        "where-is-1070",
        (
            5.2,
            Arrives(
                Letter(
                    "amelia.hartley",
                    "Where is my order #1070?",
                    """
                    Hello,

                    where is my order #1070? The parcel has not arrived yet, and my tin is empty.

                    Thanks,
                    Amelia
                    """,
                )
            ),
        ),
    ),
    story(
        "tracking-stuck",
        (
            26.5,
            Arrives(
                Letter(
                    "uma.kelleher",
                    "Where is my order #1065?",
                    """
                    Hi there,

                    the tracking of my parcel has not moved. Where is my order?

                    Uma
                    """,
                )
            ),
        ),
        (25, Assigns("admin", to="agent")),
        (
            24.2,
            Answers(
                "agent",
                swaps=(
                    (
                        "Thank you for your patience.",
                        "I am sorry, that is longer than it should take.",
                    ),
                    (
                        "If it is not with you by then, reply to this mail and we will chase it.",
                        "I have asked them to look for it and will write to you tomorrow.",
                    ),
                ),
            ),
        ),
        (
            3.1,
            Arrives(
                Letter(
                    "uma.kelleher",
                    "Re: Where is my order #1065?",
                    """
                    Thanks Theo. Any news from Gull Post? The page still says the same.

                    Uma
                    """,
                    answers=True,
                )
            ),
        ),
    ),
    story(
        "says-delivered",
        (
            7.4,
            Arrives(
                Letter(
                    "ben.okonjo",
                    "Parcel not here",
                    """
                    Hi,

                    Gull Post says my parcel was delivered but I have not received anything. It \
is not in the porch and the neighbours don't have it either. Order #1066.

                    Ben Okonjo
                    Leeds
                    """,
                )
            ),
        ),
    ),
    story(
        "not-shipped",
        (
            9.8,
            Arrives(
                Letter(
                    "carys.penhale",
                    "Order 1076 not shipped yet?",
                    """
                    Hello, it has been two days and my order still says unfulfilled. When will it \
ship? It is for my mum's birthday.

                    Carys

                    --
                    Carys Penhale
                    Cardiff
                    """,
                )
            ),
        ),
        (9.1, Marks(priority=Priority.HIGH)),
        (8.7, Notes("staff", "Next roast is tomorrow morning. I put hers at the top of the pile.")),
    ),
    story(
        "where-is-mine-earlier",
        (
            60,
            Arrives(
                Letter(
                    "idris.calder",
                    "Where is my order?",
                    """
                    Hi, where is my order #1073? The parcel is not here yet.

                    Idris
                    """,
                )
            ),
        ),
        (59, Answers("agent")),
        (
            57,
            Arrives(
                Letter(
                    "idris.calder",
                    "Re: Where is my order?",
                    "Thank you, that is all I wanted to know.",
                    answers=True,
                )
            ),
        ),
        (56.6, Discards("agent", "Nothing to answer")),
        (56.5, Closes("agent")),
    ),
    story(
        "two-parcels",
        (
            31,
            Arrives(
                Letter(
                    "edith.fallow",
                    "The rest of my order",
                    """
                    Dear Harbor & Pine,

                    the first parcel came, thank you. Where is the rest of my order #1072?

                    Yours,
                    Edith Fallow (Mrs) · Whitby
                    """,
                    charset="iso-8859-1",
                    is_nameless=True,
                )
            ),
        ),
        (
            29.5,
            Answers(
                "agent",
                body="""
                Dear Mrs Fallow,

                the rest of your order #1072 travels in a parcel of its own, which is still being \
packed. You get its tracking number when it leaves.

                Kind regards,
                Harbor & Pine
                """,
            ),
        ),
        (29.2, Closes("agent")),
    ),
    story(
        "paket-aus-hamburg",
        (
            12.3,
            Arrives(
                Letter(
                    "hanna.vogt",
                    "Wo ist meine Bestellung #1068?",
                    """
                    Guten Tag,

                    wo ist meine Bestellung #1068? Das Paket ist noch nicht da. Schicken Sie \
überhaupt nach Hamburg?

                    Viele Grüße
                    Hanna Vogt
                    """,
                )
            ),
        ),
    ),
    story(
        "moving-house",
        (
            40,
            Arrives(
                Letter(
                    "rosa.delmarsh",
                    "New address for order #1077",
                    """
                    Hello, I am moving house this week. Could you change the address of order \
#1077 before it ships?

                    Rosa
                    """,
                )
            ),
        ),
        (39, Answers("agent", fate=Fate.UNKNOWN)),
    ),
    story(
        "mail-server-mistyped",
        (
            30,
            Arrives(
                Letter(
                    "kofi.mensahl",
                    "Where is my order?",
                    """
                    Hi team, where is my order #1074? The parcel has not arrived, and I am \
away soon.

                    Kofi
                    """,
                )
            ),
        ),
        (29.5, Assigns("agent", to="agent")),
        (
            29,
            Answers(
                "agent",
                swaps=(("Thank you for your patience.", "Thank you for asking."),),
                fate=Fate.RETURNED,
            ),
        ),
        (28.5, Notes("agent", "Came back: somebody changed the mail server this morning. Isla?")),
    ),
)
