"""The articles of Harbor & Pine."""

from __future__ import annotations

from seeds.library.shapes import article

_SITE = "https://harbor.example/help"

ARTICLES = (
    article(
        "Shipping countries, costs and times",
        f"{_SITE}/shipping",
        """
        ## Where we ship
        We ship to the United Kingdom, Ireland, the European Union and Norway.

        ## Costs
        Standard shipping in the United Kingdom costs £3.90 and is free from £40.00. Shipping to \
Ireland costs £8.50, to the rest of Europe £14.00.

        ## Times
        Parcels take 2-3 working days in the United Kingdom, 4-6 to Ireland and 6-9 to the rest of \
Europe.
        """,
    ),
    article(
        "Storing coffee: how long beans stay fresh",
        f"{_SITE}/storing-coffee",
        """
        Keep the beans in their bag, closed, in a dark cupboard. Do not put them in the fridge: \
moisture ruins them.

        Whole beans taste best between 7 and 42 days after the roast date printed on the bag. They \
stay safe to drink long after that, only flatter. For longer, freeze them in an airtight jar.
        """,
    ),
    article(
        "Which grind for which brewer",
        f"{_SITE}/grind",
        """
        Choose the grind by brewer: fine for espresso, medium-fine for the pour-over dripper, \
medium for drip machines, coarse for the French press and cold brew.

        If the cup tastes sour, grind finer; if it tastes bitter, grind coarser.
        """,
    ),
    article(
        "How our decaf is made",
        f"{_SITE}/decaf",
        """
        Decaf Huila is decaffeinated at origin with cane sugar: a natural ethyl acetate from \
fermented sugar cane takes the caffeine out, spring water rinses the beans.

        What is left is at most 0.1% caffeine. The beans are roasted for filter and espresso alike.
        """,
    ),
    article(
        "Warranty on kettles and grinders",
        f"{_SITE}/warranty",
        """
        Kettles and grinders carry a warranty of 24 months from the day of delivery against faults \
in material and workmanship.

        To make a claim, send us a short video of the fault and your order number. We repair or \
replace; wear of burrs and seals is not covered.
        """,
    ),
    article(
        "Wholesale for cafés and offices",
        f"{_SITE}/wholesale",
        """
        We supply cafés and offices from 5 kg of coffee a week. Wholesale prices, training and \
machine advice are at https://harbor.example/wholesale

        Fill in the short form there and we will send samples and a price list.
        """,
    ),
    article(
        "Gift cards: buying and redeeming",
        f"{_SITE}/gift-cards",
        """
        Gift cards arrive by mail within 1 hour of buying and never expire.

        Enter the code at checkout in the field Gift card. What is left stays on the card for the \
next order.
        """,
    ),
    article(
        "Caring for boards and linen",
        f"{_SITE}/care",
        """
        Wash pine boards by hand, dry them upright and rub in board balm about every 6 weeks. The \
dishwasher makes them crack.

        Wash linen at 40 °C, line dry, iron damp. It softens with every wash.
        """,
    ),
)
