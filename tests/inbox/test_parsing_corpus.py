"""The mails of the shared corpus: every one parses, and many are known word for word."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shopapp.inbox.parsing import Address, InboundMessage, looks_like_mail, parse_message

DATA = Path(os.environ.get("SHOPAPP_DATA", "../shared/data")) / "mail"


def read(name: str) -> InboundMessage:
    if not DATA.is_dir():
        pytest.skip(f"no test data: {DATA} is missing (set SHOPAPP_DATA)")
    return parse_message((DATA / f"{name}.eml").read_bytes())


def test_every_mail_is_one_and_parses() -> None:
    if not DATA.is_dir():
        pytest.skip(f"no test data: {DATA} is missing (set SHOPAPP_DATA)")
    files = sorted(DATA.rglob("*.eml"))
    assert len(files) > 90
    for file in files:
        raw = file.read_bytes()
        assert looks_like_mail(raw), file
        message = parse_message(raw)
        assert message.size == len(raw)
        assert message.message_id, file
        assert message.subject or message.sender or message.text, file


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("multi_charset/japanese", "まみむめも"),
        ("multi_charset/japanese_iso_2022", "まみむめも"),
        ("multi_charset/japanese_attachment_long_name", "まみむめも" * 10),
        ("plain_emails/raw_email", "NOTE: 한국말로 하는 것"),
        (
            "plain_emails/raw_email_with_partially_quoted_subject",
            'Re: Test: "漢字" mid "漢字" tail',
        ),
        ("rfc6532/utf8_headers", "Säying Hello"),
        ("rfc2822/example14", "Re: TEST テストテスト"),
        ("error_emails/bad_encoded_subject", "TEST"),
        (
            "error_emails/bad_subject",
            "MySurvey.com: You have a survey waiting! 91123105",
        ),
        (
            "error_emails/invalid_subject_characters",
            "Formação FrenetikPolis: Mega Campanha Final Verão | Cursos de Setembro",
        ),
        ("mime_emails/raw_email_with_binary_encoded", "Testing outlook"),
        ("attachment_emails/attachment_pdf", "Another PDF with 🎉 Unicode chars in it 🍿"),
        ("attachment_emails/attachment_with_quoted_filename", "Eelanalüüsi päring"),
        ("error_emails/weird_to_header", ""),
    ],
)
def test_the_subject_is_read(name: str, subject: str) -> None:
    assert read(name).subject == subject


@pytest.mark.parametrize(
    ("name", "sender"),
    [
        ("plain_emails/mix_caps_content_type", Address("Big Bug", "bb@bug.com")),
        ("plain_emails/raw_email_multiple_from", Address("", "tim@powerupdev.com")),
        ("rfc2822/example10", Address("Pete", "pete@silly.test")),
        ("rfc2822/example13", Address("John Doe", "jdoe@machine.example")),
        ("rfc6532/utf8_headers", Address("Jöhn Doe", "jdöe@mächine.example")),
        ("plain_emails/raw_email_bad_time", Address("Атиковa", "yusuf75thu@auracom.net")),
        (
            "multipart_report_emails/multi_address_bounce1",
            Address("Mail Delivery System", "MAILER-DAEMON@lvmail01.LL.com"),
        ),
        ("error_emails/bad_subject", Address("MySurvey.com & Carol Adams", "carol@mysurvey.com")),
        (
            "error_emails/header_fields_with_empty_values",
            Address("Jørn Støylen", "jorn@prikkprikkprikk.no"),
        ),
        ("error_emails/bad_encoded_subject", None),
    ],
)
def test_the_sender_is_read(name: str, sender: Address | None) -> None:
    assert read(name).sender == sender


@pytest.mark.parametrize(
    ("name", "emails"),
    [
        ("rfc2822/example03", ["mary@x.test", "jdoe@example.org", "one@y.test"]),
        ("rfc2822/example04", ["c@a.test", "joe@where.test", "jdoe@one.test"]),
        ("rfc2822/example10", ["c@public.example", "joe@example.org", "jdoe@one.test"]),
        ("rfc2822/example11", ["mary@example.net", "jdoe@test.example"]),
        ("rfc2822/example13", ["mary@example.net"]),
        ("error_emails/weird_to_header", ["user-example@aol.com", "e-s-a-s-2200@app.ar.com"]),
        ("error_emails/missing_body", []),
        ("error_emails/empty_group_lists", []),
    ],
)
def test_the_recipients_are_read(name: str, emails: list[str]) -> None:
    assert [each.email for each in read(name).to] == emails


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("multi_charset/japanese", "かきくえこ"),
        ("multi_charset/japanese_iso_2022", "すみません。"),
        ("multi_charset/japanese_shift_jis", "このメールはテスト用のメールです。"),
        ("multi_charset/ks_c_5601-1987", "스티해"),
        ("plain_emails/raw_email", "제 이름은 Jamis입니다."),
        ("plain_emails/raw_email10", "Envoyé par le service"),
        ("plain_emails/raw_email_quoted_with_0d0a", "Time: 3/9/2006 3:50:52 PM\nReceived"),
        ("mime_emails/raw_email4", "Some text\n\n--\nThis Orange"),
        ("mime_emails/raw_email_encoded_stack_level_too_deep", "Nicolas Fouché has accepted"),
        ("mime_emails/raw_email_with_illegal_boundary", "Hello\nThis is an outlook test"),
        ("error_emails/content_transfer_encoding_text-html", "You have qualified for the lowest"),
        ("error_emails/content_transfer_encoding_qp_with_space", "If you're in need"),
        ("error_emails/content_transfer_encoding_spam", "We supply high quality"),
        ("error_emails/multiple_content_types", "foo"),
        ("error_emails/multiple_references_with_one_invalid", "foo"),
        ("error_emails/encoding_madness", "Body Text"),
        ("rfc2822/example13", 'So, "Hello".'),
    ],
)
def test_the_text_is_read(name: str, text: str) -> None:
    assert text in read(name).text


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("attachment_emails/attachment_content_disposition", ["api.rb"]),
        ("attachment_emails/attachment_content_location", ["Photo25.jpg"]),
        ("attachment_emails/attachment_message_rfc822", ["ForwardedMessage.eml"]),
        ("attachment_emails/attachment_message_rfc822_inline_image", ["img.png", "Testmail.eml"]),
        ("attachment_emails/attachment_nonascii_filename", ["ciële.txt"]),
        ("attachment_emails/attachment_only_email", ["blah.gz"]),
        ("attachment_emails/attachment_with_base64_encoded_name", ["This is a test.pdf"]),
        ("attachment_emails/attachment_with_encoded_name", ["01 Quien Te DijŠat. Pitbull.mp3"]),
        ("attachment_emails/attachment_with_quoted_filename", ["Eelanalüüsi päring.jpg"]),
        ("attachment_emails/attachment_with_unquoted_name", ["This is a test.txt"]),
        ("mime_emails/raw_email7", ["test.rb", "test.pdf", "smime.p7s"]),
        ("mime_emails/raw_email_with_binary_encoded", ["2013-08-13_19-08-28-1.jpg"]),
        ("multi_charset/japanese_attachment", ["てすと.txt"]),
        ("multi_charset/japanese_attachment_long_name", ["かきくけこ" * 5 + ".txt"]),
        ("error_emails/missing_content_disposition", ["somefile.jpg"]),
        ("plain_emails/basic_email", []),
    ],
)
def test_the_files_are_named(name: str, files: list[str]) -> None:
    assert [each.filename for each in read(name).attachments] == files


def test_a_japanese_attachment_has_its_words() -> None:
    (file,) = read("multi_charset/japanese_attachment").attachments
    assert file.content.decode() == "this is a test\nこれわてすと"


def test_an_image_that_the_html_shows_is_inline() -> None:
    picture, mail = read("attachment_emails/attachment_message_rfc822_inline_image").attachments
    assert picture.is_inline
    assert picture.content.startswith(b"\x89PNG")
    assert not mail.is_inline


def test_a_nested_mail_keeps_its_bytes() -> None:
    (mail,) = read("attachment_emails/attachment_message_rfc822").attachments
    assert parse_message(mail.content).attachments[0].filename == "broken.pdf"


def test_references_are_read_oldest_first() -> None:
    message = read("plain_emails/raw_email_reply")
    assert message.in_reply_to == "348F04F142D69C21-291E56D292BC@xxxx.net"
    assert message.references == (
        "473FF3B8.9020707@xxx.org",
        "348F04F142D69C21-291E56D292BC@xxxx.net",
    )


def test_an_obsolete_message_id_loses_blanks_and_comments() -> None:
    assert read("rfc2822/example13").message_id == "1234@local.machine.example"


@pytest.mark.parametrize(
    ("name", "moment"),
    [
        ("rfc2822/example03", datetime(2003, 7, 1, 8, 52, 37, tzinfo=UTC)),
        ("rfc2822/example12", datetime(1997, 11, 21, 9, 55, 6, tzinfo=UTC)),
        ("rfc2822/example13", datetime(1997, 11, 21, 15, 55, 6, tzinfo=UTC)),
    ],
)
def test_the_date_is_in_utc(name: str, moment: datetime) -> None:
    assert read(name).date == moment


@pytest.mark.parametrize(
    ("name", "note"),
    [
        ("plain_emails/raw_email_bad_time", "absurd Date: Mon, 30 Jun 3609 15:33:50 +0600"),
        ("plain_emails/raw_email_with_bad_date", "unreadable Date: Pn, 29 paX 2007 21:13:00 +0100"),
        ("error_emails/bad_date_header", "unreadable Date: <HR>"),
    ],
)
def test_a_bad_date_becomes_a_note(name: str, note: str) -> None:
    message = read(name)
    assert message.date is None
    assert note in message.problems
