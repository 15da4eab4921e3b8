"""Letters to Harbor & Pine about sending things back and the money for them."""

from __future__ import annotations

from seeds.letters.shapes import Letter
from seeds.story import Answers, Arrives, Closes, Discards, Notes, story

STORIES = (
    story(
        "return-the-board",
        (
            148,
            Arrives(
                Letter(
                    "priya.sethuram",
                    "Returning the serving board",
                    """
                    Hello, I would like to return the serving board from order #1064. It is \
lovely but too big for our kitchen. It has not been used. How do I send it back?

                    Best,
                    Priya
                    """,
                )
            ),
        ),
        (147, Answers("agent")),
        (
            146.9,
            Arrives(
                Letter(
                    "priya.sethuram",
                    "Automatic reply: Returning the serving board",
                    "I am away until Monday and will read your mail then. Priya",
                    headers=(("Auto-Submitted", "auto-replied"), ("Precedence", "auto_reply")),
                    answers=True,
                )
            ),
        ),
    ),
    story(
        "return-a-kettle",
        (
            14.5,
            Arrives(
                Letter(
                    "milo.sandys",
                    "Return kettle",
                    """
                    Hi, can I return the kettle of order #1060? I would rather send it back and \
get a refund. It is still in the box.

                    Milo
                    """,
                )
            ),
        ),
    ),
    story(
        "refund-missing",
        (
            21,
            Arrives(
                Letter(
                    "june.tarrant",
                    "My refund",
                    """
                    Dear all,

                    you wrote that the refund for the towels was on its way, and it is still \
missing on my statement. Where is my money?

                    J. Tarrant
                    """,
                )
            ),
        ),
        (20, Notes("agent", "Refund was made the day the parcel came back. Asking the bank.")),
    ),
    story(
        "refund-question-thrown-away",
        (
            200,
            Arrives(
                Letter(
                    "rosa.delmarsh",
                    "Return of a candle",
                    """
                    Hello, I want to return the candle of order #1047, the scent gives me a \
headache. How do I send it back?

                    Rosa
                    """,
                )
            ),
        ),
        (199, Discards("agent", "It was lit already: refund without a return")),
        (
            198.5,
            Answers(
                "agent",
                body="""
                Hi Rosa,

                I am sorry about the headache. Please do not post a lit candle; give it away if \
you can. Your £26.00 is on its way back to your card.

                Warm wishes,
                Theo, Harbor & Pine
                """,
            ),
        ),
        (198, Closes("agent")),
    ),
)
