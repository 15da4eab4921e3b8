"""Letters to Harbor & Pine about cancelling, changing and what arrived broken or wrong."""

from __future__ import annotations

from seeds.letters.pictures import mug, pdf
from seeds.letters.shapes import File, Letter
from seeds.story import Answers, Arrives, Assigns, Bounces, Closes, Discards, story

KELP, SAND = (96, 122, 104), (206, 184, 150)

STORIES = (
    story(
        "mug-in-pieces",
        (
            98,
            Arrives(
                Letter(
                    "grace.adeyinka",
                    "A mug arrived damaged",
                    """
                    Hello,

                    one of the four Tide Mugs of order #1058 arrived damaged: it is cracked right \
down the side. Photo below. The box looked fine from outside.

                    Grace
                    """,
                    html="""
                    <html><body style="font-family:Georgia,serif">
                    <p>Hello,</p>
                    <p>one of the four <b>Tide Mugs</b> of order #1058 arrived <i>damaged</i>: it \
is cracked right down the side. Photo below. The box looked fine from outside.</p>
                    <p><img src="cid:cracked@photo" alt="The cracked mug" width="280"></p>
                    <p>Grace</p>
                    </body></html>
                    """,
                    files=(
                        File("mug.png", mug(KELP, is_cracked=True), "image/png", "cracked@photo"),
                    ),
                )
            ),
        ),
        (97, Assigns("admin", to="agent")),
        (
            96.5,
            Answers(
                "agent",
                swaps=(
                    (
                        "Could you reply with a photo of the item and of the box? We will send",
                        "Thank you for the photo. We will send",
                    ),
                ),
            ),
        ),
        (
            71,
            Arrives(
                Letter(
                    "grace.adeyinka",
                    "Re: A mug arrived damaged",
                    "You are very kind. The new one is perfect. Thank you, Theo!",
                    answers=True,
                )
            ),
        ),
        (70.6, Discards("agent", "Only a thank-you, nothing to answer")),
        (70.5, Closes("agent")),
    ),
    story(
        "broken-sand-mug",
        (
            2.2,
            Arrives(
                Letter(
                    "lotte.hendry",
                    "Broken mug",
                    """
                    Hiya, my mug arrived broken, photo attached. Order #1062. Can I have a \
replacement?

                    Lotte
                    Sent from my phone
                    """,
                    files=(
                        File("IMG_2041.png", mug(SAND, is_cracked=True), "image/png"),
                        File("IMG_2042.png", mug(SAND, is_cracked=False), "image/png"),
                    ),
                )
            ),
        ),
    ),
    story(
        "cancel-candles",
        (
            4.6,
            Arrives(
                Letter(
                    "zadie.crane",
                    "Please cancel my order",
                    """
                    Hi! Could you please cancel order #1075? I found out my sister bought me the \
same candles. Sorry!

                    Zadie x
                    """,
                )
            ),
        ),
    ),
    story(
        "cancel-too-late",
        (
            97,
            Arrives(
                Letter(
                    "oscar.brandreth",
                    "Cancel my order please",
                    """
                    Hello, I would like to cancel my order #1071, I ordered the wrong coffee.

                    Oscar
                    """,
                )
            ),
        ),
        (
            96,
            Answers(
                "agent",
                body="""
                Hi Oscar,

                It left us an hour before your mail, so Gull Post has it. Keep the bag and enjoy \
it as a surprise: I have put £12.50 back on your card, and the coffee you meant goes out with \
tomorrow's roast.

                Warm wishes,
                Theo, Harbor & Pine
                """,
            ),
        ),
        (95.5, Closes("agent")),
    ),
    story(
        "wrong-mug",
        (
            44,
            Arrives(
                Letter(
                    "wren.hollis",
                    "Wrong item in the parcel",
                    """
                    Hello, I received the wrong item: you sent a candle instead of the board \
balm. Order #1069.

                    Wren
                    """,
                )
            ),
        ),
        (
            43,
            Answers(
                "agent",
                swaps=(
                    ("Please reply with a photo of what you received, and the", "The"),
                    ("right one leaves", "balm leaves"),
                    ("Keep the other one,", "Keep the candle,"),
                ),
            ),
        ),
        (42.9, Bounces("552 5.2.2 The mailbox is full")),
    ),
    story(
        "new-address",
        (
            6.1,
            Arrives(
                Letter(
                    "dev.ramanan",
                    "Wrong delivery address on order #1079",
                    """
                    Good morning,

                    I gave my old address for order #1079. Can you change the delivery address \
before it ships?

                    Dev Ramanan
                    """,
                )
            ),
        ),
        (5.9, Assigns("admin", to="agent")),
    ),
    story(
        "invoice-for-the-office",
        (
            28,
            Arrives(
                Letter(
                    "yusuf.terzian",
                    "Invoice with VAT number, order #1063",
                    """
                    Hello,

                    could you send me an invoice with our VAT number for order #1063? Company \
details are in the attached PDF.

                    Yusuf Terzian
                    Terzian Joinery
                    """,
                    files=(
                        File(
                            "company-details.pdf",
                            pdf(
                                (
                                    "Terzian Joinery Ltd",
                                    "4 Sawpit Lane, London",
                                    "VAT number: GB 000 0000 00",
                                )
                            ),
                            "application/pdf",
                        ),
                    ),
                )
            ),
        ),
    ),
)
