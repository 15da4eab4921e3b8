"""Letters to Harbor & Pine that ask about coffee, care and business."""

from __future__ import annotations

from seeds.letters.pictures import pdf
from seeds.letters.shapes import File, Letter
from seeds.story import Answers, Arrives, Assigns, Closes, Edits, Marks, Notes, story
from shopapp.inbox.models import Priority

STORIES = (
    story(
        "fresh-beans",
        (
            220,
            Arrives(
                Letter(
                    "carys.penhale",
                    "How long do beans stay fresh?",
                    """
                    Hi, I bought three bags. How long do the beans stay fresh, and should I put \
the coffee in the fridge or freeze it? What is the best storage?

                    Carys
                    """,
                )
            ),
        ),
        (219, Answers("agent")),
        (218.5, Closes("agent")),
    ),
    story(
        "bitter-cup",
        (
            46,
            Arrives(
                Letter(
                    "dev.ramanan",
                    "Which grind for the dripper?",
                    """
                    Hello, which grind should I choose for a pour-over dripper? My cup tastes \
bitter with the espresso grind.

                    Dev
                    """,
                )
            ),
        ),
        (
            45,
            Edits(
                "agent",
                swaps=(
                    ("Choose the grind by brewer:", "Bitter means too fine. Choose by brewer:"),
                ),
            ),
        ),
        (44.9, Assigns("agent", to="agent")),
    ),
    story(
        "decaf-solvents",
        (
            16.4,
            Arrives(
                Letter(
                    "tamsin.wroe",
                    "Your decaf",
                    """
                    Hi, how is your decaf made? Is the caffeine taken out with a solvent, or \
with water?

                    Tamsin
                    """,
                )
            ),
        ),
    ),
    story(
        "kettle-fault",
        (
            33,
            Arrives(
                Letter(
                    "quentin.ashdown",
                    "Kettle warranty",
                    """
                    Dear Sirs,

                    the kettle I bought in order #1042 has a fault: the lid no longer closes. Is \
this covered by the warranty, and how do I claim?

                    Q. Ashdown
                    """,
                    files=(
                        File(
                            "receipt.pdf",
                            pdf(("Harbor & Pine", "Order #1042", "Gooseneck Kettle 0.9 l  79.00")),
                            "application/pdf",
                        ),
                    ),
                )
            ),
        ),
        (32.5, Assigns("admin", to="agent")),
    ),
    story(
        "shipping-to-norway",
        (
            1.3,
            Arrives(
                Letter(
                    "Solveig Aasland <solveig.aasland@post.example>",
                    "Shipping to Norway",
                    """
                    Hello! Do you ship to Norway, what are the shipping costs, and how many days \
does it take?

                    Solveig
                    """,
                )
            ),
        ),
    ),
    story(
        "cafe-wholesale",
        (
            62,
            Arrives(
                Letter(
                    "Harbour Lights Forms <no-reply@forms.example>",
                    "Wholesale enquiry from your contact form",
                    """
                    Name: Bryn Tregarth
                    Message: We run a small café and would like wholesale prices for your coffee, \
about 8 kg a week. Could you send samples?
                    """,
                    headers=(("Reply-To", "Bryn Tregarth <bryn@tregarth-cafe.example>"),),
                )
            ),
        ),
        (61, Assigns("agent", to="admin")),
        (
            60.5,
            Notes("admin", "I will phone Bryn after the market. Two more cafés asked this month."),
        ),
    ),
    story(
        "gift-card-code",
        (
            74,
            Arrives(
                Letter(
                    "victor.pembry",
                    "Gift card",
                    """
                    How do I redeem a gift card? My daughter gave me one and I do not find the \
field for the code at checkout.

                    V. Pembry
                    """,
                )
            ),
        ),
        (
            73,
            Answers(
                "agent",
                swaps=(
                    ("Hi Victor,", "Good morning Mr Pembry,"),
                    ("in the field Gift card", "in the field Gift card, below your address"),
                ),
            ),
        ),
    ),
    story(
        "pause-the-box",
        (
            19,
            Arrives(
                Letter(
                    "finn.marlowe",
                    "Pause my coffee box",
                    """
                    Hi, I am travelling next month. Can I pause or skip my coffee box \
subscription?

                    <3 Finn
                    """,
                    html="""
                    <html><body>
                    <p>Hi, I am travelling next month. Can I pause or skip my coffee box \
subscription?</p>
                    <p>&lt;3 Finn</p>
                    <img src="https://pixel.tracker.example/open.gif?m=finn" width="1" height="1" \
alt="">
                    <p style="color:#888">Finn Marlowe · Brighton<br>
                    <img src="https://images.mail.example/finn/banner.png" width="320" \
alt="Finn's band plays on Sundays"></p>
                    </body></html>
                    """,
                )
            ),
        ),
    ),
    story(
        "code-refused",
        (
            10.6,
            Arrives(
                Letter(
                    "zadie.crane",
                    "Discount code not working",
                    """
                    Hello, the discount code from your newsletter does not work at checkout. I \
tried it with a mug and a bag of coffee.

                    Zadie
                    """,
                )
            ),
        ),
    ),
    story(
        "allergy",
        (
            8.2,
            Arrives(
                Letter(
                    "nora.quilliam",
                    "Nut allergy",
                    """
                    Hello, my son has a severe nut allergy. Is your coffee roasted or packed near \
nuts? I need to be certain before I open the bag.

                    Nora
                    """,
                )
            ),
        ),
        (8, Marks(priority=Priority.URGENT)),
        (7.9, Assigns("agent", to="admin")),
        (
            7.8,
            Notes("agent", "The roastery shares a wall with a bakery. Isla, please answer this."),
        ),
    ),
)
