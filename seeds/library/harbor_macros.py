"""The macros of Harbor & Pine."""

from __future__ import annotations

from seeds.library.shapes import macro

MACROS = (
    macro(
        "Where is my order?",
        "where-is-my-order in-transit",
        """
        Hi {{customer.first_name|there}},

        Thank you for your patience. Your order {{order.name}} left our workshop on \
{{order.shipped_at}} with {{order.carrier}}, and the tracking page of the parcel is here: \
{{order.tracking_url}}

        The carrier expects to deliver it on {{order.estimated_delivery}}. If it is not with you \
by then, reply to this mail and we will chase it.
        """,
    ),
    macro(
        "Not shipped yet",
        "where-is-my-order preparing",
        """
        Hi {{customer.first_name|there}},

        Your order {{order.name}} of {{order.placed_at}} is still with us. We roast on Mondays and \
Wednesdays and pack the day after, so that the coffee reaches you fresh. You will get a mail with \
the tracking number as soon as the parcel leaves.
        """,
    ),
    macro(
        "Parcel delivered, but not received",
        "not-received where-is-my-order delivered",
        """
        Hi {{customer.first_name|there}},

        That is worrying, and I am sorry. {{order.carrier}} marked parcel \
{{order.tracking_number}} as delivered. Could you look around the door, in the porch and with \
your neighbours?

        If it does not turn up, reply to this mail and we will open a search with the carrier and \
make it right.
        """,
    ),
    macro(
        "The rest of my order",
        "where-is-my-order partly-shipped",
        """
        Hi {{customer.first_name|there}},

        Your order {{order.name}} travels in two parcels. The first one left on \
{{order.shipped_at}}: {{order.tracking_url}} The rest follows as soon as it is back from the \
workshop, at no extra cost.
        """,
    ),
    macro(
        "Cancel an order before it ships",
        "cancel preparing",
        """
        Hi {{customer.first_name|there}},

        Your order {{order.name}} has not been packed yet, so we have stopped it. The refund of \
{{order.total}} goes back the way you paid; banks take a few working days to show it.
        """,
    ),
    macro(
        "Cancel an order that has left",
        "cancel in-transit",
        """
        Hi {{customer.first_name|there}},

        Order {{order.name}} is already with {{order.carrier}}, so we cannot stop it any more. If \
you would rather not keep it, leave it unopened and start a return here: \
https://harbor.example/returns
        """,
    ),
    macro(
        "How to return an item",
        "return",
        """
        Hi {{customer.first_name|there}},

        Of course. Unused items can come back within 30 days. Please start the return here: \
https://harbor.example/returns and use the label you are given. We refund as soon as the parcel \
is back with us.
        """,
    ),
    macro(
        "Arrived damaged or broken",
        "damaged",
        """
        Hi {{customer.first_name|there}},

        I am so sorry that it reached you damaged. Could you reply with a photo of the item and of \
the box? We will send a replacement free of charge, and there is no need to send the broken one \
back.
        """,
    ),
    macro(
        "Wrong item received",
        "wrong-item",
        """
        Hi {{customer.first_name|there}},

        I am sorry, we packed the wrong item. Please reply with a photo of what you received, and \
the right one leaves with the next post. Keep the other one, or share it with a friend.
        """,
    ),
    macro(
        "Change the delivery address",
        "change-address preparing",
        """
        Hi {{customer.first_name|there}},

        You wrote in time: order {{order.name}} has not shipped yet. Please reply with the full \
new address and postcode, and we will change it straight away.
        """,
    ),
    macro(
        "Invoice with VAT number",
        "",
        """
        Hi {{customer.first_name|there}},

        Gladly. Please reply with the company name, address and VAT number, and we will send you \
the invoice for order {{order.name}} as a PDF.
        """,
    ),
    macro(
        "Pause or skip the coffee box subscription",
        "",
        """
        Hi {{customer.first_name|there}},

        You can pause, skip or change your coffee box yourself under Subscriptions at \
https://harbor.example/account. Changes made at least 3 days before the next box take effect at \
once.
        """,
    ),
    macro(
        "Discount code does not work",
        "",
        """
        Hi {{customer.first_name|there}},

        Sorry about the trouble. A discount code counts for full-price coffee only, and for one \
order. Please try it once more with only coffee in the basket; if it still fails, send us a \
screenshot and we will sort it out.
        """,
    ),
    macro(
        "Wo ist meine Bestellung?",
        "where-is-my-order in-transit",
        """
        Hallo {{customer.first_name|und danke für Ihre Nachricht}},

        Ihre Bestellung {{order.name}} ist am {{order.shipped_at}} mit {{order.carrier}} auf die \
Reise gegangen. Hier können Sie das Paket verfolgen: {{order.tracking_url}}

        Es soll am {{order.estimated_delivery}} bei Ihnen sein. Wenn nicht, antworten Sie einfach \
auf diese Mail, dann fragen wir beim Versand nach.
        """,
    ),
)
