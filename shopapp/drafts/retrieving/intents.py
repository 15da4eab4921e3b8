"""Intents: what a mail asks for, from plain cues; a light hint for ranking, never an answer."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache


class Intent(StrEnum):
    """A request shops get every day; the value is the tag that marks a passage for it."""

    WHERE = "where-is-my-order"
    NOT_RECEIVED = "not-received"
    CANCEL = "cancel"
    RETURN = "return"
    EXCHANGE = "exchange"
    REFUND = "refund"
    REFUND_PENDING = "where-is-my-refund"
    CHANGE_ADDRESS = "change-address"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong-item"
    MISSING_ITEM = "missing-item"
    DISCOUNT = "discount"
    GIFT_CARD = "gift-card"
    INVOICE = "invoice"
    RESTOCK = "restock"
    ABROAD = "shipping-abroad"
    WARRANTY = "warranty"
    ACCOUNT = "account"
    SENSITIVE = "sensitive"


GUARDED = frozenset({Intent.SENSITIVE, Intent.REFUND_PENDING})
"""Where a general answer does harm: only a passage made for the intent may answer."""

TOPICS = frozenset(
    {
        Intent.DISCOUNT,
        Intent.GIFT_CARD,
        Intent.INVOICE,
        Intent.RESTOCK,
        Intent.ABROAD,
        Intent.WARRANTY,
        Intent.ACCOUNT,
    }
)
"""What a mail is about rather than what it asks to be done: a weaker hint."""

_THING = r"(?:order|package|pakage|parcel|delivery|shipment|coffee|beans?|item|stuff)"
_GOODS = r"(?:order|parcel|package|delivery|shipment|stuff|things?|goods|purchase)"
_CARD = r"gift (?:card|voucher|certificate)|giftcard|geschenkkarte|carte[- ]cadeau"
_CODE = r"(?:dis?count|promo(?:tion(?:al)?)?|coupon|voucher)"
_CUES = {
    Intent.WHERE: (
        rf"where(?:'?s| is| are)? (?:my|our|the) (?:\w+ )?{_THING}|wo (?:ist|bleibt) (?:mein|die)"
        r"|où (?:est|en est) m(?:a|on) (?:commande|colis|paquet)|dónde está mi pedido|its not here"
        r"|has it been sent"
        rf"|(?:status|whereabouts) of (?:my|our|the) {_THING}"
        r"|tracking (?:has|is|hasn'?t|shows|says)"
        rf"|(?:update|news) (?:on|about) (?:my|our|the) {_THING}"
        r"|have(?: not|n'?t) received (?:it|my)"
        r"|when (?:will|does|do|can|is) (?:\w+ ){0,5}(?:ship|arrive|come"
        r"|be (?:shipped|delivered|sent))|(?:not|n'?t) (?:yet )?(?:arrived|shipped|moved)"
        r"|still (?:waiting|nothing|says unfulfilled)"
        rf"|{_THING} (?:\w+ ){{0,3}}(?:late|delayed|stuck)"
        rf"|(?:no|not) {_GOODS} yet|{_GOODS}.{{0,40}}\b(?:overdue|delayed)"
        r"|should (?:have|'ve) (?:come|arrived|been (?:here|delivered))|(?:hasn'?t|not) turned up"
        r"|no (?:sign|news|trace) of|in transit|(?:same )?depot|not (?:been )?updated"
        r"|when (?:\w+ ){0,4}(?:get here|delivered|expect (?:it|my|the)|turn up)"
        r"|(?:no|any|not had a?|without) (?:\w+ )?(?:tracking|dispatch|shipping conf)"
        r"|when (?:\w+ ){0,4}(?:dispatch\w*|send|post|leave)|(?:been|it) (?:dispatched|posted)"
        r"|(?:shipped|sent|dispatched|left) (?:\w+ ){0,4}(?:yet|so far)|not (?:yet )?(?:dispatched)"
        r"|have you (?:shipped|sent|dispatched)|in processing|still (?:being )?process\w*"
        r"|(?:left|leave) (?:your|the) warehouse"
        r"|wann (?:kommt|wird|trifft|erhalte|bekomme)|nicht (?:da|angekommen|erhalten)"
        r"|\bsendung(?:s|\b)|unterwegs|noch (?:nichts|kein paket)|lieferung"
        r"|pas (?:encore |toujours )?(?:reçu|arrivé)|toujours pas (?:reçu|arrivé)|livr(?:é|aison)"
        r"|suivi|quand (?:\w+[ -]){0,5}(?:arriv|livr|reçoi|recev)|j'attends|en retard"
    ),
    Intent.NOT_RECEIVED: (
        r"(?:says?|shows?|marked|claims?|status|according to)\b.{0,40}\bdelivered\b"
        r"|delivered\b.{0,60}\b(?:not|n'?t|never|nothing|no|nobody)\b"
        r"|(?:handed|left|given)\b.{0,40}\b(?:neighbou?r|door(?:step)?|porch|outside)"
        r"|\bstolen\b|proof of delivery|(?:never|not) (?:received|got|been delivered) (?:it|any|my)"
        r"|(?:tracking|status).{0,20}delivered|zugestellt.{0,60}nicht"
    ),
    Intent.CANCEL: (
        r"\bcan(?:cel|cle)(?:led|ing|lation)?\b|storn|annul"
        rf"|don'?t (?:want|need) (?:it|this|my {_THING}) any ?more"
        r"|no longer (?:need|want)|(?:stop|void|withdraw|call off|called off)\b"
        r"|ordered.{0,20}\btwice|(?:don'?t|do not) (?:send|ship) (?:it|this)"
        r"|aus versehen|widerruf|(?:nicht|kein\w*) mehr (?:verschicken|brauche)|doppelt bestellt"
        r"|abbrechen|verklickt"
    ),
    Intent.RETURN: (
        r"\breturn(?:ing|s)? (?:it|this|the|my|an?|them|one|something|label|policy|request)\b"
        r"|(?:send|give|bring|take)(?:ing)? (?:\w+ ){0,3}back|how (?:do|can) .{0,20}\breturns?\b"
        r"|^returns?\b|\b(?:a|to|for|your) returns?\b"
        r"|zur[üu]ck ?(?:s[ce]|ge[bn]|schick|nehm)|retour|rückgabe|rücksend|widerruf"
        r"|r?envoyer|\brendre\b"
    ),
    Intent.EXCHANGE: (
        r"\bexchang\w*|\bswap\w*|\btrade (?:it|this|them)|umtausch\w*|échang\w*|\bcambiar"
        r"|(?:another|other|different|bigger|larger|smaller|next|new|right) (?:size|colou?r)"
        r"|too (?:small|big|large|tight|wide|narrow|long|short)|(?:not|n'?t) fit\b|size up"
        r"|(?:change|switch) (?:the )?(?:size|colou?r)|zu (?:klein|groß|eng|weit)"
        r"|trop (?:petit|grand)"
    ),
    Intent.REFUND: r"\brefund|money back|geld zurück|rembours|reembolso|reimburs|credited",
    Intent.REFUND_PENDING: (
        r"\b(?:refund|money|returned)\b[^.?!]{0,60}\b(?:nothing|missing|still|not|ago|pending)\b"
        r"|\b(?:nothing|missing|still|not|waiting|where|when)\b[^.?!]{0,40}\b(?:my|the) refund"
        r"|(?:no|outstanding|pending) refund\b|refund (?:status|hasn'?t|isn'?t|not)"
        r"|(?:how long|when|where).{0,40}(?:refund(?!ed)|reimburse|credited)"
        r"|wait(?:ing)? (?:for|on) (?:my|the|you).{0,30}(?:money|refund|reimburse|pay.{0,9}back)"
        r"|(?:not|n'?t|nothing).{0,30}(?:credited|refunded)"
        r"|(?:pas|quand|où|attends).{0,40}(?:rembours|mon argent)|rembours.{0,60}(?:pas|quand|où)"
        r"|(?:wo|wann|warte|noch nicht|noch kein).{0,40}(?:erstatt|rückzahlung|mein geld)"
    ),
    Intent.CHANGE_ADDRESS: (
        r"(?:change|wrong|new|old|update|correct|different|fix|amend|typo)\b.{0,30}\bad?dress"
        r"|ad?dress\b.{0,30}\b(?:change|wrong|update|correct|incorrect|typo)"
        r"|adresse? (?:ändern|changer)"
        r"|(?:wrong|forgot|typo|correct|mistake|old|change)\b.{0,30}"
        r"\b(?:street|postcode|zip ?code|house number|apartment|flat number)"
        r"|(?:street|postcode|zip ?code|house number|apartment number)\b.{0,30}\b(?:wrong|typo)"
        r"|(?:send|ship|deliver) (?:it|this|the \w+|my \w+)? ?to (?:my|our|a|the) "
        r"(?:new|office|work|other|different|another)|\b(?:we|i)(?:'ve| have)? moved\b"
        r"|(?:falsche|neue|alte) (?:\w+)?adresse|umgezogen|(?:mauvaise|nouvelle) adresse"
    ),
    Intent.DAMAGED: (
        r"\b(?:damaged?|broken|shattered|smashed|crushed|cracked?|torn|dent(?:ed)?"
        r"|leak(?:ed|ing|s)|in pieces|scratch\w*|bent|ripped?|tear|snapped|soaked|faulty"
        r"|(?:a|big|small) hole|stain(?:ed|s)?"
        r"|kaputt|defekt|beschädig\w*|zerbrochen|zerdrückt|verbogen|verbeult|undicht"
        r"|ein(?:en)? riss|ein(?:e)? loch|reklamation"
        r"|cass[ée]\w*|abîm\w*|endommag\w*|déchir\w*|écras\w*|fuit|un trou|défectueu\w*)\b"
    ),
    Intent.WRONG_ITEM: (
        r"(?:received|got|sent|packed|delivered)\b.{0,25}\bwrong\b|not what i (?:ordered|bought)"
        r"|(?:received|got|sent)\b.{0,40}\binstead of|wrong (?:item|thing|product|article)"
        r"|(?:someone|somebody|another (?:person|customer))(?: else)?'?s? (?:order|parcel|package)"
        r"|\bmix(?:ed)?[ -]?up|incorrect (?:item|product)|wrong .{0,30}(?:came|arrived|delivered)"
        r"|(?:not|n'?t) (?:the one|what) i (?:ordered|bought)|(?:came|arrived) instead"
        r"|falsche[nrs]? (?:artikel|ware|größe|farbe)|mauvais (?:article|produit)"
    ),
    Intent.MISSING_ITEM: (
        r"(?:item|part|piece|article|something|one|thing|pegs?|poles?)s? (?:\w+ )?missing"
        r"|missing (?:from|item|part|piece|article)|\bincomplete\b|not complete"
        r"|(?:only|just) (?:\w+ ){0,3}(?:one|two|half|part)\b.{0,40}\b(?:order|box|of|arrived|came)"
        r"|(?:was|were|is|are)(?:n'?t| not) (?:in|included|part of)|not included"
        r"|(?:n'?t|not) (?:have|contain|in the (?:box|parcel|package))|half (?:of )?my order"
        r"|where(?:'s| is| are) the (?:rest|others?)|fehlt|unvollständig|il manque|incomplet"
    ),
    Intent.DISCOUNT: (
        rf"{_CODE}s? (?:\w+ )?code|\bcoupon|\bpromo\b|\bvoucher\b|rabattcode|gutschein|code promo"
        r"|(?:newsletter|code)\b.{0,40}(?:\d ?%|\d percent|discount|not|n't|invalid|expired|error)"
        r"|(?:\d ?%|percent|discount)\b.{0,40}\b(?:newsletter|code|not|n't|taken off|deduct\w*)"
    ),
    Intent.GIFT_CARD: rf"\b(?:{_CARD})s?\b",
    Intent.INVOICE: (
        r"\binvoi?ces?\b|\breceipts?\b|\b(?:the|my|a) bill\b|\bvat\b|proof of purchase"
        r"|tax (?:number|invoice|receipt)|for (?:my|our) (?:tax\w*|account\w*|bookkeep\w*)"
        r"|rechnung|beleg|quittung|steuer|\bfacture\b|\bfactura\b"
    ),
    Intent.RESTOCK: (
        r"back (?:in|into) stock|re-?stock\w*|sold out|out of stock|(?:available|sold) again"
        r"|\bunavailable\b|back ?order\w*|discontinued|more of (?:the|these|those|them)"
        r"|will there be more|new stock|when .{0,40}(?:available|back in)\b|availability"
        r"|ausverkauft|wieder (?:da|verfügbar|lieferbar)|nachschub|en rupture|de nouveau disponible"
    ),
    Intent.ABROAD: (
        r"(?:do|can|will|could) (?:you|u|i) (?:also )?(?:ship|send|deliver|order)\w* "
        r"(?:\w+ )?(?:to|from|worldwide|abroad|overseas|international\w*)"
        r"|(?:ship(?:ping)?|delivery|postage|deliver)\b.{0,15}\b(?:to|for|costs?|rates?|fees?)\b"
        r"|international|overseas|worldwide|abroad|\bcustoms\b|import (?:duty|tax)|which countries"
        r"|ins ausland|versandkosten|zoll|à l'étranger|frais de (?:port|livraison)"
    ),
    Intent.WARRANTY: (
        r"\bwarrant(?:y|ies)\b|\bguarantees?\b|\brepair\w*|\bmend(?:ed|ing|s)?\b|spare parts?"
        r"|garantie|reparier\w*|réparer|"
        r"(?:after|since|for) (?:\w+ ){1,4}(?:months?|years?|seasons?)\b.{0,60}"
        r"|(?:came|come|coming) (?:undone|apart|loose|off)|worn (?:out|through)"
        r"|zip(?:per)? .{0,30}(?:close|broke|failed|gone|stuck|fix)|stopped working"
    ),
    Intent.ACCOUNT: (
        r"\blog(?:ged|ging)?[ -]?(?:in|on)\b|\bsign(?:ing)?[ -]in\b|locked out|wrong pass?word"
        r"|(?:my|no|the|a new) pass?word|pass?word (?:reset|link|mail|email)"
        r"|account (?:is|was) (?:blocked|locked)|(?:into|access) (?:my|the|an?) (?:\w+ )?account"
        r"|anmelden|einloggen|mein passwort|mon mot de passe|me connecter"
    ),
    Intent.SENSITIVE: (
        r"\b(?:lawyer|attorney|legal action|lawsuit|suing|sue you|police|fraud\w*|unauthori[sz]ed"
        r"|charge ?back|dispute (?:the|this|my)|gdpr|delete my (?:account|data)|personal data"
        r"|allerg\w*|hospital|injur\w*|burn(?:ed|t) (?:my|his|her)|sick|ill after|journalist|anwalt"
        r"|avocat|abogado|better business bureau|trading standards)\b"
    ),
}
_PATTERNS = {intent: re.compile(cues) for intent, cues in _CUES.items()}


@lru_cache(maxsize=2048)
def intents(text: str) -> frozenset[Intent]:
    """Every intent with a cue in `text`, mostly English, some German, French and Spanish."""
    plain = text.lower().replace("’", "'")
    return frozenset(intent for intent, pattern in _PATTERNS.items() if pattern.search(plain))


def intents_of_tags(tags: tuple[str, ...]) -> frozenset[Intent]:
    """The intents that a passage is tagged with."""
    return frozenset(intent for intent in Intent if intent in tags)
