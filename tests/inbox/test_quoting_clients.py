"""Replies as mail programs around the world announce, mark and sign them."""

from __future__ import annotations

import pytest

from shopapp.inbox.quoting import split_reply

NEW = "It has arrived, thank you!"
OLD = "Your order 1001 is on its way."

ANNOUNCEMENTS = [
    "On 11-Apr-2026, at 6:54 PM, Ann Lee <ann@x.example> wrote:",
    "On 04/19/2026 07:10 AM, Ann Lee wrote:",
    "On Mon, 2026-03-03 at 18:02 +0530, Ann Lee wrote:",
    'On Mar 8, 2026 9:59 AM, "Harbor" <\nr+7f1b094ceb90e18cca93d@x.example> wrote:',
    "On Nov 30, 2026, at 12:47 PM, Somebody <\n416ffd3258d4d2fa4c85cfa4c44e1721@x.example>\nwrote:",
    "On Mon, 3 Mar 2026 at 9:12\u202fAM Ann Lee <ann@x.example> wrote:",
    "On 2026-03-03 at 17:02 , Ann <ann@x.example> wrote:",
    "On Wednesday, 4 March, 2026 at 3:46 PM, Ann wrote:",
    "On 11-Apr-2026, at 6:54 PM, Ann <ann@x.example> sent:",
    "--- On Mon, 3/3/26, Ann <ann@x.example> wrote:",
    "------On 12/29/2026 17:32 PM, Ann Lee wrote-----",
    "---- On Mon, 03 Mar 2026 09:12:00 +0100 Ann <ann@x.example> wrote ----",
    "Ann Lee <ann@x.example> wrote on 03/03/2026 09:12:00 AM:",
    "Ann Lee <ann@x.example> schrieb am Mo., 3. März 2026, 09:12:",
    "Am Mo., 3. März 2026 um 09:12 Uhr schrieb Ann <ann@x.example>:",
    "Am 03.03.2026 um 09:12 hat Ann <ann@x.example> geschrieben:",
    "Le 3 mars 2026 à 09:12, Ann <ann@x.example<mailto:ann@x.example>> a écrit:",
    "Le lun. 3 mars 2026 à 09:12, Ann\n<ann@x.example> a écrit :",
    "El 3 mar 2026, a las 9:12, Ann <ann@x.example> escribió:",
    "Em 3 de mar. de 2026, à(s) 09:12, Ann <ann@x.example> escreveu:",
    "Il giorno 3 mar 2026, alle ore 09:12, Ann <ann@x.example> ha scritto:",
    "Op 3-mrt.-2026, om 13:18 heeft Ann <ann@x.example> het volgende geschreven:",
    "Op 13-02-2026 3:18 schreef Ann <ann@x.example>:",
    "Den 14 september, 2026 02:23:18, Ann (ann@x.example) skrev:",
    "På 14 september 2026 på 02:23:18, Ann (ann@x.example) skrev:",
    "Den man. 3. mar. 2026 kl. 09.12 skrev Ann <ann@x.example>:",
    "3. mar. 2026 kl. 09:12 skrev Ann <ann@x.example>:",
    "Ann <ann@x.example> kirjoitti 3.3.2026 kello 9.12:",
    "W dniu 28 stycznia 2026 01:53 użytkownik Zoe <zoe@x.example>\nnapisał:",
    "Dne 3. března 2026 v 9:12 Ann <ann@x.example> napsal(a):",
    "Dňa 3. marca 2026 o 9:12 Ann <ann@x.example> napísal:",
    "Ann <ann@x.example> ezt írta (időpont: 2026. márc. 3., H, 9:12):",
    "În lun., 3 mar. 2026 la 09:12, Ann <ann@x.example> a scris:",
    "On пон, 3 март 2026 at 9:12 Ann <ann@x.example> написа:",
    "На пн, 3.03.2026 г. в 9:12 Ann <ann@x.example> написа:",
    "3 марта 2026 г., в 9:12, Ann <ann@x.example> написал(а):",
    "Понедельник, 3 марта 2026, 9:12 +03:00 от Ann <ann@x.example>:",
    '03.03.2026, 09:12, "Ann" <ann@x.example>:',
    "пн, 3 бер. 2026 р. о 9:12 Ann <ann@x.example> пише:",
    "3 Mar 2026 Pzt, saat 09:12 tarihinde Ann <ann@x.example> şunu yazdı:",
    "Στις Δευ, 3 Μαρ 2026 στις 9:12 π.μ., ο χρήστης Ann <ann@x.example> έγραψε:",
    "‫בתאריך יום ב׳, 3 במרץ 2026 ב-9:12 מאת ‪Ann‬‏ <‪ann@x.example‬‏>:‬",
    "في الاثنين، 3 مارس 2026 في 9:12 ص تمت كتابة ما يلي بواسطة Ann <ann@x.example>:",
    "2026年3月3日(月) 9:12 Ann <ann@x.example>:",
    "2026/03/03 9:12、Ann <ann@x.example>のメール:",
    "Ann <ann@x.example> 于2026年3月3日周一 09:12写道：",
    "Ann <ann@x.example> 於 2026年3月3日 週一 上午9:12寫道：",
    "在 2026年3月3日，09:12，Ann <ann@x.example> 写道：",
    "2026년 3월 3일 (월) 오전 9:12, Ann <ann@x.example>님이 작성:",
    "Vào Th 2, 3 thg 3, 2026 vào lúc 09:12 Ann <ann@x.example> đã viết:",
    "Pada tanggal Sen, 3 Mar 2026 pukul 09.12 Ann <ann@x.example> menulis:",
    "ในวันที่ จ. 3 มี.ค. 2026 เวลา 09:12 Ann <ann@x.example> เขียนว่า:",
    "El dl., 3 de març 2026 a les 9:12, Ann <ann@x.example> va escriure:",
    "pon, 3. ožu 2026. u 09:12 Ann <ann@x.example> napisao je:",
    "V V pon., 3. mar. 2026 ob 09:12 je oseba Ann <ann@x.example> napisala:",
    "2026-03-03, pr, 09:12 Ann <ann@x.example> rašė:",
    "Pirmd., 2026. g. 3. marts, plkst. 09:12 — Ann (<ann@x.example>) rakstīja:",
    "Kuupäev E, 3. märts 2026 kell 09:12 kirjutas Ann <ann@x.example>:",
    "Þann mán., 3. mar. 2026 kl. 09:12 skrifaði Ann <ann@x.example>:",
    "2026-10-17 11:28 GMT+03:00 Shop <\nshop@sandboxxxxxxxxxxxxxxxxxxxxxxxx.example>:",
    "Sent from Samsung MobileAnn <ann@x.example> wrote:",
    "-----Original Message-----",
    "-----Reply Message-----",
    "-----Ursprüngliche Nachricht-----",
    "-----Antwort Nachricht-----",
    "-------- Ursprüngliche Nachricht --------",
    "-----Oprindelig meddelelse-----",
    "-------- Message d'origine --------",
    "-----Mensaje original-----",
    "-----Mensagem original-----",
    "-----Messaggio originale-----",
    "-----Oorspronkelijk bericht-----",
    "-----Ursprungligt meddelande-----",
    "-----Alkuperäinen viesti-----",
    "-----Original-Nachricht-----",
    "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
    "------- Original Message -------\nOn Monday, March 3rd, 2026 at 9:12 AM, Ann wrote:",
    "----- Original Message -----\nFrom: Ann\nTo: Jo\nSent: Monday, March 3, 2026 9:12 AM",
    "________________________________\nFrom: Ann <ann@x.example>\nSent: 3 March 2026\nTo: Jo",
    "________________________________\nDe : Ann <ann@x.example>\nEnvoyé : 3 mars 2026\nÀ : Jo",
    "From: ann@x.example\nSent: March-19-26 5:42 PM\nTo: Jo\nSubject: Your order",
    "From: Ann <ann@x.example>\nDate: Tue, Mar 3, 2026 at 1:35 PM",
    "Date: Wed, 16 May 2026 00:15:02 -0600\nTo: jo@x.example",
    "Date: Fri, 28 Sep 2026 10:55:48 +0000\nFrom: ann@x.example\nTo: jo@x.example\nSubject: x",
    "  *From:* ann@x.example [mailto:\n  ann@x.example]\n  *Sent:* Wednesday, June 27, 2026 3:05 PM\n"
    "  *To:* jo@x.example\n  *Subject:* Hello",
    "**From:** Ann <ann@x.example>\n**Sent:** Monday, March 3, 2026\n**To:** Jo\n**Subject:** x",
    "Von: ann@x.example\nGesendet: Dienstag, 3. März 2026 14:59\nAn: Jo\nBetreff: Ihre Bestellung",
    "De : Ann [mailto:ann@x.example]\nEnvoyé : mardi 3 mars 2026 16:39\nÀ : Jo\nObjet : Commande",
    "De: Ann <ann@x.example>\nEnviado: martes, 3 de marzo de 2026 9:12\nPara: Jo\nAsunto: Pedido",
    "De: Ann <ann@x.example>\nEnviada em: terça-feira, 3 de março de 2026\nPara: Jo\nAssunto: Re",
    "Da: Ann <ann@x.example>\nInviato: martedì 3 marzo 2026 09:12\nA: Jo\nOggetto: Ordine",
    "Van: Ann <ann@x.example>\nVerzonden: dinsdag 3 maart 2026 9:12\nAan: Jo\nOnderwerp: Bestelling",
    "Fra: ann@x.example\nSendt: 3. marts 2026 12:10\nTil: Jo\nEmne: Ordre",
    "Från: Ann [mailto:ann@x.example]\nSkickat: den 3 mars 2026 14:45\nTill: Jo\nÄmne: Order",
    "Lähettäjä: Ann\nLähetetty: 3. maaliskuuta 2026 9:12\nVastaanottaja: Jo\nAihe: Tilaus",
    "Od: Ann <ann@x.example>\nWysłano: 3 marca 2026 09:12\nDo: Jo\nTemat: Zamówienie",
    "Od: Ann <ann@x.example>\nOdesláno: 3. března 2026 9:12\nKomu: Jo\nPředmět: Objednávka",
    "Feladó: Ann\nKüldve: 2026. március 3. 9:12\nCímzett: Jo\nTárgy: Rendelés",
    "От: Ann <ann@x.example>\nОтправлено: 3 марта 2026 г. 9:12\nКому: Jo\nТема: Заказ",
    "Kimden: Ann <ann@x.example>\nGönderildi: 3 Mart 2026 Salı 09:12\nKime: Jo\nKonu: Sipariş",
    "Από: Ann <ann@x.example>\nΑπεσταλμένα: 3 Μαρτίου 2026\nΠρος: Jo\nΘέμα: Παραγγελία",
    "发件人: Ann <ann@x.example>\n发送时间: 2026年3月3日 9:12\n收件人: Jo\n主题: 订单",
    "寄件者: Ann <ann@x.example>\n寄件日期: 2026年3月3日 9:12\n收件者: Jo\n主旨: 訂單",
    "보낸 사람: Ann <ann@x.example>\n보낸 날짜: 2026년 3월 3일\n받는 사람: Jo\n제목: 주문",
    "---------- Forwarded message ---------\nFrom: Ann <ann@x.example>\nDate: Tue, Mar 3, 2026",
    "Begin forwarded message:\n\nFrom: Ann <ann@x.example>\nSubject: Order\nDate: 3 March 2026",
    "Anfang der weitergeleiteten Nachricht:\n\nVon: Ann <ann@x.example>\nBetreff: Bestellung",
    "Début du message réexpédié :\n\nDe: Ann <ann@x.example>\nObjet: Commande\nDate: 3 mars 2026",
]

SIGNED = [
    "Sent from my iPhone", "Sent from my iPad", "Sent from my Galaxy", "Sent from Mail for Windows 10",
    "Sent from my Samsung Galaxy smartphone.", "Sent from Yahoo Mail on Android",
    "Sent via BlackBerry from T-Mobile", "Get Outlook for Android", "Sent with Proton Mail secure email.",
    "Sent from Outlook for iOS", "Sent from my Verizon, Samsung Galaxy smartphone",
    "Von meinem iPhone gesendet", "Gesendet von Mail für Windows 10", "Gesendet mit der GMX iPhone App",
    "Gesendet von Outlook für iOS", "Holen Sie sich Outlook für iOS", "Envoyé de mon iPhone",
    "Envoyé depuis mon appareil Galaxy", "Télécharger Outlook pour iOS", "Enviado desde mi iPhone",
    "Obtener Outlook para iOS", "Enviado do meu iPhone", "Obter o Outlook para iOS",
    "Inviato da iPhone", "Inviato dal mio Galaxy", "Ottieni Outlook per iOS",
    "Verstuurd vanaf mijn iPhone", "Verzonden met Outlook voor iOS", "Skickat från min iPhone",
    "Hämta Outlook för iOS", "Sendt fra min iPhone", "Hent Outlook til iOS", "Lähetetty iPhonesta",
    "Wysłane z iPhone'a", "Odesláno z iPhonu", "Poslano z mojega iPhona", "Trimis de pe iPhone",
    "iPhone'umdan gönderildi", "Отправлено с iPhone", "Отправлено из Mail.ru для Android",
    "Надіслано з iPhone", "Στάλθηκε από το iPhone μου", "Küldve iPhone-omról", "נשלח מה-iPhone שלי",
    "أرسلت من iPhone", "iPhoneから送信", "发自我的iPhone", "從我的 iPhone 傳送", "나의 iPhone에서 보냄",
    "Được gửi từ iPhone của tôi", "Dikirim dari iPhone saya", "ส่งจาก iPhone ของฉัน",
    "Enviat des del meu iPhone", "Poslané z iPhonu", "Enviado desde Correo para Windows",
]  # fmt: skip


@pytest.mark.parametrize("announcement", ANNOUNCEMENTS)
@pytest.mark.parametrize("mark", ["", "> "])
def test_the_new_words_stand_above_the_announcement(announcement: str, mark: str) -> None:
    reply = split_reply(f"{NEW}\n\n{announcement}\n\n{mark}{OLD}\n{mark}\n{mark}Ann\n")
    assert (reply.visible, reply.signature) == (NEW, "")
    assert OLD in reply.quoted


@pytest.mark.parametrize("line", SIGNED)
def test_what_a_device_adds_is_a_signature(line: str) -> None:
    reply = split_reply(f"{NEW}\n\n{line}\n\n> {OLD}\n")
    assert (reply.visible, reply.signature, reply.quoted) == (NEW, line, f"> {OLD}")
    assert split_reply(f"{NEW}\n\n{line}").signature == line
