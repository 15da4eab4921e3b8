"""Replies in plain text: what is new, what is quoted, what is a signature."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shopapp.inbox.quoting import Reply, split_reply

DATA = Path(os.environ.get("SHOPAPP_DATA", "../shared/data")) / "quoted"
LOREM_START = "Fusce bibendum, quam hendrerit sagittis tempor"
LOREM_END = "Fusce sed odio id arcu varius aliquet nec nec nibh."


def load(name: str) -> str:
    if not DATA.is_dir():
        pytest.skip(f"no test data: {DATA} is missing (set SHOPAPP_DATA)")
    return (DATA / f"{name}.txt").read_text(encoding="utf-8")


def words(*texts: str) -> Counter[str]:
    return Counter("\n".join(texts).split())


def assert_nothing_lost(text: str, reply: Reply) -> None:
    assert words(reply.visible, reply.quoted, reply.signature) == words(text)


def test_no_line_of_any_sample_is_lost_or_doubled() -> None:
    if not DATA.is_dir():
        pytest.skip(f"no test data: {DATA} is missing (set SHOPAPP_DATA)")
    files = sorted(DATA.glob("*.txt"))
    assert len(files) > 70
    for file in files:
        text = file.read_text(encoding="utf-8")
        reply = split_reply(text)
        assert_nothing_lost(text, reply)
        assert reply.visible, file


@pytest.mark.parametrize(
    "name",
    [
        *(f"email_{number}" for number in (7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18)),
        *(f"email_{number}" for number in (22, 23, 24, 25, 26)),
        "email_danish_dash_separator", "email_en_multiline_2", "email_finnish",
        "email_fr_multiline", "email_french_2", "email_french_dash_separator", "email_german",
        "email_german_2", "email_german_3", "email_german_outlook",
        "email_gmail_split_line_from", "email_ios_outlook", "email_ios_outlook_fr",
        "email_italian", "email_msn", "email_norwegian_gmail", "email_original_message",
        "email_original_message_2", "email_outlook_split_line_from", "email_portuguese",
        "email_russian", "email_tricky_5_mixed_languages",
        "email_tricky_10_special_chars_in_name", "email_tricky_12_no_space_after_header",
        "email_tricky_14_long_quote_header", "email_tricky_15_original_message_variations",
    ],
)  # fmt: skip
def test_the_new_paragraph_alone_is_visible(name: str) -> None:
    reply = split_reply(load(name))
    assert reply.visible.startswith(LOREM_START)
    assert reply.visible.endswith(LOREM_END)


@pytest.mark.parametrize(
    ("name", "visible"),
    [
        ("email_3", "Oh thanks.\n\nHaving the function would be great.\n\n-Abhishek Kona"),
        ("email_4", "Awesome! I haven't had another problem with it."),
        ("email_6", "I get proper rendering as well.\n\nSent a magnificent torch of pixels"),
        ("email_19", "On Thursday, I get proper rendering."),
        ("email_20", "On Thursday."),
        ("email_2_1", "Outlook with a reply"),
        ("email_custom_quote_header", "Thank you!"),
        ("email_customer_quote_header_2", "Thank you very much."),
        ("email_emoji", "🎉"),
        ("email_thread", "This is new email reply in thread from bellow."),
        ("email_unquoted_reply", "This is my reply."),
        ("email_tricky_9_nested_quotes", "I agree with the points below."),
        ("email_tricky_11_double_signature", "Thanks for your help!\n\nBest regards,\nJohn"),
        ("email_tricky_16_unicode_signatures", "Thanks for the update!\n\nCheers 🎉\nSarah"),
        ("email_tricky_17_forward_header", "See the forwarded message below."),
        ("sig_no_empty_line", "this is an email with a signature with no empty line above."),
        ("correct_sig", "this is an email with a correct -- signature."),
    ],
)
def test_the_new_words_are_these(name: str, visible: str) -> None:
    assert split_reply(load(name)).visible == visible


@pytest.mark.parametrize(
    ("name", "signature"),
    [
        ("email_iphone", "Sent from my iPhone"),
        ("email_blackberry", "Sent from my BlackBerry"),
        ("email_multi_word_sent_from_my_mobile_device", "Sent from my Verizon Wireless BlackBerry"),
        ("email_ios_outlook", "Get Outlook for iOS<https://aka.ms/o0ukef>"),
        ("email_sent_from", "Sent from TypeApp<http://www.typeapp.com/r?b=2621>"),
        ("email_bullets", "--\n\n*Joe Smith | Director, Product Management*"),
        ("email_reply_header", "--\nMy name is Stranger"),
        ("sig_no_empty_line", "--\nrick"),
    ],
)
def test_the_signature_is_this(name: str, signature: str) -> None:
    assert split_reply(load(name)).signature == signature


@pytest.mark.parametrize(
    "name",
    [
        "email_2", "email_5", "email_21", "email_not_a_signature", "email_not_a_signature_2",
        "email_sent_from_my_not_signature", "email_tricky_1_on_false_positive",
        "email_tricky_2_url_with_wrote", "email_tricky_3_code_block", "email_tricky_4_from_in_body",
        "email_tricky_6_regards_in_sentence", "email_tricky_7_multiple_dashes",
        "email_tricky_8_sent_from_in_content", "email_tricky_13_timestamp_variations",
        "email_tricky_18_inline_reply", "email_tricky_19_quote_without_header",
    ],
)  # fmt: skip
def test_everything_stays_visible(name: str) -> None:
    text = load(name)
    assert split_reply(text) == Reply(text.strip("\n").rstrip(), "", "")


@pytest.mark.parametrize(
    "announcement",
    [
        "On Mon, 3 Mar 2026 at 09:12, Harbor Shop <help@harbor.example> wrote:",
        "Am 03.03.2026 um 09:12 schrieb Harbor Shop <help@harbor.example>:",
        "Le lun. 3 mars 2026 à 09:12, Harbor <help@harbor.example> a écrit :",
        "El lun, 3 mar 2026 a las 9:12, Harbor (<help@harbor.example>) escribió:",
        "Il giorno lun 3 mar 2026 alle ore 09:12 Harbor <help@harbor.example> ha scritto:",
        "Op ma 3 mrt 2026 om 09:12 schreef Harbor <help@harbor.example>:",
        "Em seg., 3 de mar. de 2026 às 09:12, Harbor <help@harbor.example> escreveu:",
        "Den mån 3 mars 2026 kl 09:12 skrev Harbor <help@harbor.example>:",
        "man. 3. mar. 2026 kl. 09.12 skrev Harbor <help@harbor.example>:",
        "ma 3. maalisk. 2026 klo 9.12 Harbor (help@harbor.example) kirjoitti:",
        "pon., 3 mar 2026 o 09:12 Harbor <help@harbor.example> napisał(a):",
        "po 3. 3. 2026 v 9:12 odesílatel Harbor <help@harbor.example> napsal:",
        "пн, 3 мар. 2026 г. в 09:12, Harbor <help@harbor.example>:",
        "Harbor <help@harbor.example>, 3 Mar 2026 Pzt, 09:12 tarihinde şunu yazdı:",
        "2026年3月3日(火) 9:12 Harbor <help@harbor.example>:",
        "2026年3月3日 09:12，Harbor <help@harbor.example> 写道：",
        "-----Original Message-----",
        "-----Ursprüngliche Nachricht-----",
        "From: Harbor\nSent: Monday, 3 March 2026 09:12\nTo: Ann\nSubject: RE: Order",
        "Von: Harbor\nGesendet: Montag, 3. März 2026 09:12\nAn: Ann\nBetreff: AW: Bestellung",
        "Från: Harbor\nSkickat: den 3 mars 2026 09:12\nTill: Ann\nÄmne: SV: Order",
        "差出人: Harbor\n送信日時: 2026年3月3日 9:12\n宛先: Ann\n件名: RE: 注文",
    ],
)
def test_an_announcement_in_many_languages_opens_the_quote(announcement: str) -> None:
    reply = split_reply(f"It has arrived, thanks!\n\n{announcement}\n\nYour order is on its way.")
    assert reply.visible == "It has arrived, thanks!"
    assert reply.quoted.startswith(announcement.split("\n", maxsplit=1)[0])


@pytest.mark.parametrize(
    "text",
    [
        "> only a quote",
        "-- \nonly a signature",
        "On 3 Mar 2026 at 09:12 Ann <a@b.example> wrote:\n> nothing new",
        "",
        "\n\n  \n",
    ],
)
def test_what_would_be_empty_is_shown_whole(text: str) -> None:
    reply = split_reply(text)
    assert (reply.quoted, reply.signature) == ("", "")
    assert words(reply.visible) == words(text)


def test_an_answer_below_the_quote_is_shown() -> None:
    text = "On 3 Mar 2026 at 09:12 Ann <a@b.example> wrote:\n> Which size?\n\nSize 38, please."
    assert "Size 38" in split_reply(text).visible


def test_an_answer_right_under_a_question_is_shown() -> None:
    text = (
        f"Hi\n\n> {'Which size would you like to have instead of it ' * 2}?\nsize 38\n> And when?"
    )
    assert "size 38" in split_reply(text).visible


def test_a_quotation_by_a_customer_is_no_announcement() -> None:
    text = "On 3 May your agent wrote:\nwe will refund you\n\nBut nothing came."
    assert split_reply(text).visible == text


def test_words_below_a_sentence_about_sending_stay() -> None:
    text = "Hello\n\nSent from Berlin yesterday\n\nWhere is it now?"
    assert split_reply(text).visible == text


PIECES = [*"> -_\n\n\r:a1@<.é", "On ", "wrote:", "-- \n", "From: a\n", "Sent from my iPhone\n"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_line_of_any_text_is_lost(text: str) -> None:
    assert_nothing_lost(text, split_reply(text))


@pytest.mark.parametrize(
    "unit",
    [
        "> ", ">\n", "On 2026 ", "On 2026\n", "On 1 wrote:\n", "From: a\n", "From: a\nSent: b\n",
        "--\nx\n", "Sent from my iPhone\n", "sent from " + "a" * 380 + "!\n", "\n", " \n",
        "-" * 490, ">On 3 2026 wrote:\nx\n> a\n", "> " + "a" * 70 + "\nb\n", "x@y ",
        "<" * 400 + "\n",
    ],
    ids=lambda unit: repr(unit[:20]),
)  # fmt: skip
def test_a_lot_of_anything_is_answered(unit: str) -> None:
    """One of these never ends where an expression backtracks or a loop looks back."""
    text = (unit * (200_000 // len(unit) + 1))[:200_000]
    assert_nothing_lost(text, split_reply(text))
