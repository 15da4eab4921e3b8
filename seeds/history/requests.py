"""What Harbor & Pine was asked all summer, and how it answers."""

from __future__ import annotations

from seeds.history.shapes import Request
from shopapp.drafts.learning.reward import EditClass as E

_WELL = {E.AS_IS: 42, E.LIGHT: 28, E.MODERATE: 16, E.REWRITE: 5, E.DISCARDED: 5, E.STALE: 4}
_FAIR = {E.AS_IS: 24, E.LIGHT: 30, E.MODERATE: 24, E.REWRITE: 9, E.DISCARDED: 9, E.STALE: 4}
_BADLY = {E.AS_IS: 6, E.LIGHT: 8, E.MODERATE: 18, E.REWRITE: 40, E.DISCARDED: 24, E.STALE: 4}

REQUESTS = (
    Request(
        "where-is-my-order",
        34,
        "Where is my order?",
        (
            "Hello, where is my order? It should have been here by now.",
            "Hi, has my coffee been sent yet? The tin is nearly empty.",
            "Good morning, any news on my parcel?",
        ),
        "Where is my order?",
        "Thank you for your patience. Your parcel left our workshop on Monday with Gull Post. The "
        "carrier expects to deliver it within 3 working days. If it is not with you by then, reply "
        "to this mail and we will chase it.",
        (("Thank you for your patience.", "Thanks for asking."),),
        (
            ("Thank you for your patience.", "I am sorry that you are still waiting."),
            (
                "If it is not with you by then, reply to this mail and we will chase it.",
                "I have asked them to look for it and will write to you tomorrow either way.",
            ),
        ),
        "I rang the depot this morning: your parcel went round twice because of a wrong label on "
        "our side. It is on the van now and should reach you this afternoon. I have put a bag of "
        "the new roast on your next order for the trouble.",
        _WELL,
        150,
    ),
    Request(
        "return",
        18,
        "Sending something back",
        (
            "Hello, can I return the mugs? They are lovely but too small for us.",
            "Hi, how do I send this back please?",
        ),
        "How to return an item",
        "Of course. Unused items can come back within 30 days. Please start the return here: "
        "https://harbor.example/returns and use the label you are given. We refund as soon as the "
        "parcel is back with us.",
        (("Of course.", "Of course, that is no trouble."),),
        (
            (
                "We refund as soon as the parcel is back with us.",
                "Once it is back we refund you the same day, and the post is on us this time.",
            ),
        ),
        "The post is on us, so please do not pay for it: hand the box to any Gull Post shop with "
        "your order number written on the lid, and tell me which size you would rather have. I "
        "will send the larger pair ahead.",
        _WELL,
        140,
    ),
    Request(
        "damaged",
        18,
        "Arrived broken",
        (
            "Hello, one of the mugs arrived in pieces. What now?",
            "Hi, the jar was cracked when I opened the box, oil everywhere.",
        ),
        "Arrived damaged or broken",
        "I am so sorry that it reached you damaged. Could you reply with a photo of the item and "
        "of the box? We will send a replacement free of charge, and there is no need to send the "
        "broken one back.",
        (("I am so sorry that", "I am sorry that"),),
        (
            (
                "Could you reply with a photo of the item and of the box?",
                "No photo needed, your word is enough.",
            ),
        ),
        "A new one is on its way to you today, wrapped twice. You do not have to send pictures or "
        "anything back; sweep up the pieces and mind your fingers. If it was a present and the day "
        "matters, tell me and I will put it on the express van.",
        _BADLY,
        120,
    ),
    Request(
        "cancel",
        12,
        "Please cancel my order",
        (
            "Hi, I ordered twice by mistake. Can you cancel one of them?",
            "Hello, please cancel, I have found the bag I had lost.",
        ),
        "Cancel an order before it ships",
        "Your order has not been packed yet, so we have stopped it. The refund goes back the way "
        "you paid; banks take a few working days to show it.",
        (("banks take a few working days", "most banks take 3 to 5 working days"),),
        (("so we have stopped it", "so I have stopped the second one and left the first"),),
        "Stopped, and nothing was taken from your card: the payment was only reserved, it will "
        "vanish from your statement by itself. Enjoy the bag you found again.",
        _FAIR,
        110,
    ),
    Request(
        "change-address",
        10,
        "New address",
        ("Hello, we moved last week. Can you send it to the new flat?",),
        "Change the delivery address",
        "You wrote in time: your order has not shipped yet. Please reply with the full new address "
        "and postcode, and we will change it straight away.",
        (("You wrote in time:", "Good timing:"),),
        (("and we will change it straight away", "and I will change it before the van comes"),),
        "I have changed it to the flat you wrote below your name. If that is not the one, tell me "
        "before four o'clock, when the van leaves.",
        _FAIR,
        130,
    ),
    Request(
        "other",
        12,
        "A question about brewing",
        (
            "Hi, my cup tastes sour with the new dripper. Any advice?",
            "Hello, which grind do you recommend for a French press?",
        ),
        "",
        "Choose the grind by brewer: medium-fine for the pour-over dripper, coarse for the French "
        "press. If the cup tastes sour, grind finer; if it tastes bitter, grind coarser.",
        (("Choose the grind by brewer:", "It depends on the brewer:"),),
        (
            (
                "If the cup tastes sour, grind finer; if it tastes bitter, grind coarser.",
                "Sour means finer, bitter means coarser; go one step at a time.",
            ),
        ),
        "Water first: let the kettle stand for half a minute after it boils. Then try one step "
        "finer than now and pour more slowly, in four turns. Write to me how it went; I like to "
        "know.",
        _FAIR,
        230,
    ),
)
