"""Mail of machines in many languages, and mail of people who sound like machines."""

from __future__ import annotations

import pytest

from shopapp.inbox.parsing import parse_message

AWAY = [
    "Out of Office: Your order", "Out of office AutoReply: Order", "OOO: back Monday",
    "Auto: Your order", "Automatic reply: Order 1001", "Auto Reply: order", "Autoreply: order",
    "AutoResponse: order", "Automated response: order", "Auto-Reply: we got your mail",
    "[Auto-Reply] Your order", "Away from my mail", "I am out of the office", "On vacation until May",
    "Vacation reply", "Abwesenheitsnotiz: Ihre Bestellung", "Abwesenheit", "Abwesend: Anna Meier",
    "Automatische Antwort: Bestellung", "Automatische Rückantwort", "Außer Haus: Bestellung",
    "Nicht im Büro", "Urlaubsvertretung", "Eingangsbestätigung Ihrer Anfrage",
    "Réponse automatique : commande", "Absence du bureau : commande", "Réponse d'absence",
    "Message d’absence", "Absent du bureau", "Notification d'absence : Re: commande",
    "Respuesta automática: pedido", "Fuera de la oficina: pedido", "Ausente: Ana", "Autorespuesta",
    "Resposta automática: pedido", "Fora do escritório", "Ausência temporária",
    "Resposta automàtica: comanda", "Risposta automatica: ordine", "Fuori sede: ordine",
    "Assente dall'ufficio", "Risponditore automatico", "Automatisch antwoord: bestelling",
    "Afwezig: bestelling", "Niet op kantoor", "Autosvar: ordre", "Automatiskt svar: order",
    "Automatisk svar: ordre", "Frånvarande", "Fravær: ordre", "Ikke til stede: ordre",
    "Automaattinen vastaus: tilaus", "Poissaoloviesti", "Odpowiedź automatyczna: zamówienie",
    "Autoodpowiedź", "Poza biurem", "Automatická odpověď: objednávka", "Automatikus válasz: rendelés",
    "Házon kívül", "Otomatik yanıt: sipariş", "Răspuns automat: comandă", "Automatski odgovor: nalog",
    "Samodejni odgovor: naročilo", "Automatinis atsakymas: užsakymas", "Αυτόματη απάντηση: παραγγελία",
    "Автоответ: заказ", "Автоматический ответ: заказ", "Автоматична відповідь: замовлення",
    "Автоматичен отговор: поръчка", "תשובה אוטומטית: הזמנה", "رد تلقائي: طلب", "自動返信: ご注文",
    "自動応答: ご注文", "不在通知", "自动答复: 订单", "自动回复：订单", "自動回覆: 訂單", "자동 회신: 주문",
    "부재중 자동응답", "Trả lời tự động: đơn hàng", "Balasan otomatis: pesanan",
]  # fmt: skip

MACHINES = [
    ("auto_reply", "Auto-Submitted: auto-replied"),
    ("auto_reply", "Auto-Submitted: auto-generated"),
    ("auto_reply", "Auto-Submitted: auto-notified; owner-email=a@b.example"),
    ("auto_reply", "X-Autoreply: yes"),
    ("auto_reply", "X-Autorespond: order"),
    ("auto_reply", "X-AutoReply-From: a@b.example"),
    ("auto_reply", "X-Mail-Autoreply: autoreply"),
    ("auto_reply", "X-FC-MachineGenerated: true"),
    ("auto_reply", "X-POST-MessageClass: 9; Autoresponder"),
    ("auto_reply", "Delivered-To: Autoresponder"),
    ("auto_reply", "Precedence: auto_reply"),
    ("auto_reply", "X-Precedence: auto-reply"),
    ("auto_reply", "X-Mailer: vacation 1.2"),
    ("auto_reply", "X-Auto-Response-Suppress: All"),
    ("auto_reply", "Return-Path: <>"),
    ("auto_reply", "X-Cron-Env: <PATH=/bin>"),
    ("auto_reply", "From: no-reply@x.example"),
    ("auto_reply", "From: Store <noreply@x.example>"),
    ("auto_reply", "From: do-not-reply@x.example"),
    ("auto_reply", "From: orders-noreply@x.example"),
    ("list", "Precedence: bulk"),
    ("list", "Precedence: list"),
    ("list", "List-Id: <l.x.example>"),
    ("list", "List-Unsubscribe: <mailto:u@x.example>"),
    ("list", "X-Mailing-List: l@x.example"),
    ("list", "X-BeenThere: l@x.example"),
    ("list", "Mailing-List: list l@x.example"),
    ("list", "Sender: owner-l@x.example"),
    ("list", "Sender: l-bounces@x.example"),
    ("list", "Return-Path: <l-return-7-ann=x.example@x.example>"),
    ("list", "X-Campaign: 7"),
    ("list", "X-MC-User: 7"),
    ("list", "Feedback-ID: 7:camp:esp"),
    ("complaint", "Subject: complaint about message from 192.0.2.1\nFrom: staff@hotmail.example"),
    ("complaint", "Subject: Email Feedback Report for IP 192.0.2.1\nFrom: scomp@aol.example"),
    ("auto_reply", "Content-Type: message/disposition-notification"),
]

PEOPLE = [
    ("Undeliverable parcel", "Hi, your courier said my parcel was undeliverable. Mailbox full?"),
    (
        "Fwd: Undelivered Mail Returned to Sender",
        "I got this, what now?\n\nThe following address failed",
    ),
    ("FW: Undeliverable: Order 1001", "This came back. 550 5.1.1 User unknown"),
    ("Re: Delivery Status Notification (Failure)", "My mail could not be delivered, see below"),
    ("Delivery failed", "The delivery failed, the driver could not find my house."),
    ("Returned mail", "I returned the shoes by mail on Monday."),
    ("Delivery problem", "My order was not delivered. Please help!"),
    ("Failure notice", "The payment page showed a failure notice."),
    ("Re: Out of office chair 1001", "Is it still there?"),
    ("Out of office chairs?", "Do you sell them again soon?"),
    ("Automatic watch", "The automatic watch stopped."),
    ("Away in May", "I am out of the office until Monday, please ship after that."),
    ("Vacation rental towels", "Do you have them in blue?"),
    ("Question", "> This is an automated reply\n\nYour robot did not help me."),
    (
        "Re: Your order",
        "Thanks!\n\nOn 3 Mar 2026 Shop <a@b.example> wrote:\n> This is an automatic"
        " reply, please do not answer",
    ),
    ("Newsletter", "Please unsubscribe me."),
    ("Order 550 5.1.1", "Order 550 5.1.1 is late"),
    ("Absender falsch", "Der Absender ist falsch."),
    ("Returned to sender", "DHL says returned to sender. Message could not be delivered?"),
    ("Automation kit", "Does the automation kit fit?"),
    ("Autosar book", "Is it in stock?"),
    ("Poisson", "Bonjour, avez-vous du poisson ?"),
]


@pytest.mark.parametrize("subject", AWAY)
def test_a_person_who_is_away_answers_by_machine(subject: str) -> None:
    assert read(f"Subject: {subject}").kind == "auto_reply"


"""
"""


@pytest.mark.parametrize(("kind", "headers"), MACHINES)
def test_a_machine_is_known_by_a_header(kind: str, headers: str) -> None:
    assert read(headers).kind == kind


@pytest.mark.parametrize(("subject", "body"), PEOPLE)
def test_a_person_stays_a_person(subject: str, body: str) -> None:
    message = read(f"Subject: {subject}\nReturn-Path: <ann@x.example>", body)
    assert (message.kind, message.kind_reason) == ("normal", "")


def read(headers: str, body: str = "hi"):
    sender = "" if "From:" in headers else "From: Ann <ann@x.example>\n"
    return parse_message(f"{sender}To: help@harbor.example\n{headers}\n\n{body}".encode())
