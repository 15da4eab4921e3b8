"""Who is mentioned in a sentence, and what is nobody."""

from __future__ import annotations

import pytest

from shopapp.drafts.drafters.masking import Known, Mask, without
from shopapp.drafts.exporting.redacting import Known as Redacted
from shopapp.drafts.exporting.redacting import Redactor, strangers
from shopapp.drafts.reading.mentioned import mentioned

NAMED = [
    ("Please leave it with my neighbour Petra Holm, she is in.", "Petra Holm"),
    ("My wife Ngozi opened the box.", "Ngozi"),
    ("I spoke to Tatsuya yesterday.", "Tatsuya"),
    ("It was signed by K. Meyerling, whom I do not know.", "K. Meyerling"),
    ("Can you send it to Thomas instead?", "Thomas"),
    ("Yesterday Sarah O'Brien told me it was lost.", "Sarah O'Brien"),
    ("The gift is for Jean-Pierre van der Berg.", "Jean-Pierre van der Berg"),
    ("Herr Wischnewski hat es angenommen.", "Wischnewski"),
    ("Meine Tochter Leonie hat Geburtstag.", "Leonie"),
    ("Bitte bei Frau Özdemir abgeben.", "Özdemir"),
    ("Das Paket wurde von Günther Koch angenommen.", "Günther Koch"),
    ("Mon mari Bastien l'a reçu.", "Bastien"),
    ("J'ai parlé avec Mme Lefèvre hier.", "Lefèvre"),
    ("Mi hermana Rocío lo pidió.", "Rocío"),
    ("Lo recogió la señora Gutiérrez Ávila.", "Gutiérrez Ávila"),
    ("Ho parlato con Ginevra al telefono.", "Ginevra"),
    ("Mijn buurvrouw Fenna heeft het.", "Fenna"),
    ("Your colleague Tom promised a refund.", "Tom"),
    ("Is it possible that Dr. Okonkwo-Bright took it?", "Okonkwo-Bright"),
    ("Maria's order is late.", "Maria"),
    ("Falei com Gonçalo Esteves ontem.", "Gonçalo Esteves"),
    ("My son, Wren, broke it.", "Wren"),
    ("We live c/o Ebba Lindqvist.", "Ebba Lindqvist"),
    ("Ask for Joanna at the desk.", "Joanna"),
]
NOBODY = [
    "Where is my order #1001? I am still waiting.",
    "The parcel came with DHL and Royal Mail on Monday.",
    "I would like the Earl Grey and the Jasmine Pearls.",
    "Will it arrive in May? Mark it as urgent.",
    "Die Lieferung ist am Dienstag bei der Post angekommen.",
    "Bitte senden Sie die Rechnung an unsere Adresse.",
    "My order came from Amazon, not PayPal.",
    "I bought the Hario V60 and Ethiopia Guji.",
    "J'ai commandé deux sachets de thé Darjeeling.",
    "Mi pedido no ha llegado a Madrid.",
    "The Berlin office has a new address in London.",
    "Our customer service is open until Friday.",
    "I spoke to Customer Service twice.",
    "My friend likes Assam better.",
    "Ihre Bestellung wurde am Freitag verschickt.",
    "Please send it to our new house.",
    "Rose tea and Summer blend were missing.",
    "Kann ich den Artikel Zurückgeben?",
    "The Christmas box from Vienna is lovely.",
]


@pytest.mark.parametrize(("text", "name"), NAMED)
def test_a_name_in_mid_sentence_is_found(text: str, name: str) -> None:
    assert name in list(mentioned(text))


@pytest.mark.parametrize("text", NOBODY)
def test_goods_places_days_and_carriers_are_nobody(text: str) -> None:
    assert list(mentioned(text)) == []


def test_whom_a_mail_mentions_leaves_as_a_placeholder_and_comes_back() -> None:
    text = "Please leave it with my neighbour Petra Holm. Petra is in, says Ngozi."
    mask = Mask(Known(("Ngozi Ade",)))
    mask.learn(text)
    hidden = mask.hide(text)
    assert "Petra" not in hidden
    assert "Holm" not in hidden
    assert mask.restored(hidden) == text


def test_whom_another_customers_reply_mentions_goes_for_good() -> None:
    assert without("Your sister Amira has it.", []) == "Your sister […] has it."


def test_whom_a_text_mentions_is_redacted_in_an_export() -> None:
    text = "I spoke to Sarah O’Brien. Sarah promised it."
    redacted = Redactor().redact(text, Redacted(strangers([text], ours="Harbor Tea")))
    assert redacted == "I spoke to [PERSON_1]. [PERSON_1] promised it."
