"""Bounces as mail systems write them: (system, headers, body, who failed, is it for good)."""

from __future__ import annotations

JO = "jo@gone.example"
BACK = "\n\nReceived: from shop\nMessage-ID: <shop.7@harbor.example>\nTo: jo@gone.example\nSubject: hi\n"


def reported(status: str, action: str, *, diagnostic: str = "", kind: str = "rfc822") -> str:
    said = f"\nDiagnostic-Code: {diagnostic}" if diagnostic else ""
    return (
        "--b\nContent-Type: text/plain\n\nYour mail could not be delivered.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: {kind}; {JO}\nAction: {action}\nStatus: {status}{said}\n"
        f"--b\nContent-Type: text/rfc822-headers\n{BACK}--b--\n"
    )


REPORT = "Content-Type: multipart/report; report-type=delivery-status; boundary=b\n"
MIXED = "Content-Type: multipart/mixed; boundary=b\n"
DAEMON = "From: Mail Delivery System <MAILER-DAEMON@mx.example>\n"
POSTMASTER = "From: postmaster@mx.example\n"
EXCHANGE = "From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@c.example>\n"

CASES = [
    ("postfix", DAEMON + "Subject: Undelivered Mail Returned to Sender\n" + REPORT,
     reported("5.1.1", "failed", diagnostic="smtp; 550 5.1.1 User unknown"), JO, True),
    ("postfix late", DAEMON + "Subject: Delayed Mail (still being retried)\n" + REPORT,
     reported("4.4.1", "delayed"), JO, False),
    ("given up after days", DAEMON + "Subject: Undelivered Mail\n" + REPORT,
     reported("4.4.7", "failed"), JO, False),
    ("lower-case action, no class", DAEMON + "Subject: Returned mail\n" + REPORT,
     reported("5", "Failed (user unknown)"), JO, True),
    ("status with words", DAEMON + "Subject: Returned mail\n" + REPORT,
     reported("5.2.2 (mailbox full)", "failed"), JO, True),
    ("status only in the answer", DAEMON + "Subject: Returned mail\n" + REPORT,
     reported("", "failed", diagnostic="smtp; 450 4.2.1 try again later"), JO, False),
    ("reply code alone", DAEMON + "Subject: Returned mail\n" + REPORT,
     reported("", "", diagnostic="smtp; 552 too big"), JO, True),
    ("office 365", EXCHANGE + "Subject: Undeliverable: Your order\n" + REPORT,
     reported("5.1.10", "failed", diagnostic="smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound"),
     JO, True),
    ("exchange in German", EXCHANGE + "Subject: Unzustellbar: Ihre Bestellung\n" + REPORT,
     reported("5.7.1", "failed"), JO, True),
    ("exchange late", EXCHANGE + "Subject: Delivery delayed: Your order\n" + REPORT,
     reported("4.4.7", "delayed"), JO, False),
    ("gmail", "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"
     "Subject: Delivery Status Notification (Failure)\nX-Failed-Recipients: jo@gone.example\n"
     + REPORT, reported("5.1.1", "failed"), JO, True),
    ("old gmail", "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"
     "Subject: Delivery Status Notification (Delay)\n",
     "This is an automatically generated Delivery Status Notification\n\nTHIS IS A WARNING MESSAGE"
     " ONLY.\n\nYOU DO NOT NEED TO RESEND YOUR MESSAGE.\n\nDelivery to the following recipient has"
     f" been delayed:\n\n     {JO}\n\nMessage will be retried for 2 more day(s)", JO, False),
    ("google without a class", "From: Mail Delivery Subsystem <mailer-daemon@googlemail.com>\n"
     "Subject: Delivery Status Notification (Failure)\n",
     f"Delivery to the following recipient failed permanently:\n\n     {JO}\n\nTechnical details of"
     " permanent failure:\nGoogle tried to deliver your message, but it was rejected by the recipient"
     " domain. The error that the other server returned was: 550 550 unknown user (state 14).\n\n"
     "----- Original message -----\n" + BACK, JO, True),
    ("report without its type", POSTMASTER + "Subject: Delivery report\n" + MIXED,
     reported("5.4.1", "failed"), JO, True),
    ("report in plain text", DAEMON + "Subject: Returned mail: see transcript for details\n",
     f"Reporting-MTA: dns; mx.example\n\nFinal-Recipient: RFC822; {JO}\nAction: failed\n"
     "Status: 5.1.1\n", JO, True),
    ("x.400", DAEMON + "Subject: Undeliverable\n" + REPORT,
     reported("5.0.0", "failed", kind="X400").replace(JO, "/S=Jo/O=gone/C=de/"),
     "/S=Jo/O=gone/C=de/", True),
    ("qmail", "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n",
     "Hi. This is the qmail-send program at mx.example.\nI'm afraid I wasn't able to deliver your"
     " message to the following addresses.\nThis is a permanent error; I've given up. Sorry it"
     f" didn't work out.\n\n<{JO}>:\n192.0.2.5.1 does not like recipient.\nRemote host said: 550"
     " no such user\nGiving up on 192.0.2.5.\n\n--- Below this line is a copy of the message.\n"
     + BACK, JO, True),
    ("qmail gave up", "From: MAILER-DAEMON@mx.example\nSubject: failure notice\n",
     f"Hi. This is the qmail-send program.\n\n<{JO}>:\nSorry, I wasn't able to establish an SMTP"
     " connection. (#4.4.1)\nI'm not going to try again; this message has been in the queue too"
     " long.\n\n--- Below this line is a copy of the message.\n" + BACK, JO, False),
    ("exim", "From: Mail Delivery System <Mailer-Daemon@mx.example>\n"
     "Subject: Mail delivery failed: returning message to sender\n",
     "This message was created automatically by mail delivery software (Exim 4.94.2).\n\nA message"
     " that you sent could not be delivered to one or more of its\nrecipients. This is a permanent"
     f" error. The following address(es) failed:\n\n  {JO}\n    SMTP error from remote mail server"
     " after RCPT TO:<jo@gone.example>:\n    host mx.gone.example [192.0.2.7]: 550 unknown\n\n"
     "------ This is a copy of the message, including all the headers. ------\n" + BACK, JO, True),
    ("exim late", "From: Mail Delivery System <Mailer-Daemon@mx.example>\n"
     "Subject: Warning: message 1aBcDe-000 delayed 24 hours\n",
     "This message was created automatically by mail delivery software.\nA message that you sent has"
     " not yet been delivered to one or more of its\nrecipients after more than 24 hours on the"
     f" queue.\n\nThe address to which the message has not yet been delivered is:\n\n  {JO}\n\nNo"
     " action is required on your part. Delivery attempts will continue for some time", JO, False),
    ("exim over quota", "From: Mail Delivery System <Mailer-Daemon@mx.example>\n"
     "Subject: Mail delivery failed\n",
     f"The following address(es) failed:\n\n  {JO}\n    mailbox is full: retry timeout exceeded\n",
     JO, False),
    ("sendmail", "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>\n"
     "Subject: Returned mail: User unknown\n",
     "The original message was received at Mon, 3 Mar 2026\nfrom root@localhost\n\n   ----- The"
     f" following addresses had permanent fatal errors -----\n<{JO}>\n\n   ----- Transcript of"
     " session follows -----\n... while talking to mx.gone.example.:\n>>> RCPT To:<jo@gone.example>\n"
     "<<< 550 <jo@gone.example>... User unknown\n", JO, True),
    ("sendmail late", "From: Mail Delivery Subsystem <MAILER-DAEMON@mx.example>\n"
     "Subject: Warning: could not send message for past 4 hours\n",
     "    **********************************************\n    **      THIS IS A WARNING MESSAGE ONLY"
     "      **\n    **  YOU DO NOT NEED TO RESEND YOUR MESSAGE  **\n\n   ----- The following addresses"
     f" had transient non-fatal errors -----\n<{JO}>\n", JO, False),
    ("exchange 5.5", "From: System Administrator <postmaster@c.example>\n"
     "Subject: Undeliverable: Your order\nX-Mailer: Internet Mail Service (5.5.2653.19)\n",
     "Your message\n\n  To:      jo@gone.example\n  Subject: Your order\n  Sent:    Mon, 3 Mar 2026"
     f"\n\ndid not reach the following recipient(s):\n\n{JO} on Mon, 3 Mar 2026 09:12\n    The"
     " recipient name is not recognized\n", JO, True),
    ("domino", "From: Postmaster@domino.example\nSubject: DELIVERY FAILURE: User jo not listed in"
     " Domino Directory\n",
     "Your message\n\n  Subject: Your order\n\nwas not delivered to:\n\n  jo@gone.example\n\nbecause:"
     "\n\n  User jo (jo@gone.example) not listed in Domino Directory\n", JO, True),
    ("yahoo", "From: MAILER-DAEMON@yahoo.example\nSubject: Failure Notice\n",
     f"Sorry, we were unable to deliver your message to the following address.\n\n<{JO}>:\nRemote"
     " host said: 554 delivery error: dd This user doesn't have an account [-5] [RCPT_TO]\n\n--- Below"
     " this line is a copy of the message.\n" + BACK, JO, True),
    ("hotmail", "From: postmaster@hotmail.example\nSubject: Delivery Status Notification (Failure)\n",
     "This is an automatically generated Delivery Status Notification.\n\nDelivery to the following"
     f" recipients failed.\n\n       {JO}\n", JO, True),
    ("courier", 'From: "Courier mail server at mx.example" <@>\nSubject: NOTICE: mail delivery status.\n',
     "This is a delivery status notification from mx.example,\nrunning the Courier mail server.\n\n"
     "UNDELIVERABLE MAIL\n\nYour message to the following recipients cannot be delivered:\n\n"
     f"<{JO}>:\n     550 User unknown.\n", JO, True),
    ("courier late", 'From: "Courier mail server at mx.example" <@>\nSubject: WARNING: delayed mail.\n',
     "DELAYED MAIL\n\nYour message to the following recipients has been delayed, and it has not"
     f" been delivered yet:\n\n<{JO}>:\n     Connection refused\n", JO, False),
    ("opensmtpd", 'From: "Mailer Daemon" <>\nSubject: Delivery status notification: error\n',
     "    Hi!\n\n    This is the MAILER-DAEMON, please DO NOT REPLY to this e-mail.\n\n    An error has"
     " occurred while attempting to deliver a message for\n    the following list of recipients:\n\n"
     f"{JO}: 550 5.1.1 no such user\n", JO, True),
    ("imail", "From: Postmaster@imail.example\nSubject: Undeliverable Mail\nX-Mailer: <SMTP32 v8.22>\n",
     f"Unknown user: {JO}\n\n\nOriginal message follows.\n" + BACK, JO, True),
    ("docomo", "From: mail-daemon@docomo.example\nSubject: Mail System Error - Returned Mail\n"
     "Return-Path: <>\n",
     f"Each of the following recipients was rejected by a remote mail server.\n\nRecipient: <{JO}>\n"
     ">>> RCPT TO:<jo@gone.example>\n<<< 550 Unknown user jo@gone.example\n", JO, True),
    ("ezweb", "From: Postmaster@ezweb.example\nSubject: Mail System Error - Returned Mail\n",
     f"The user(s) account is disabled.\n\n<{JO}>: 550 user unknown\n", JO, True),
    ("in Japanese", "From: MAILER-DAEMON@jp.example\nSubject: 配信できません\n",
     f"次の宛先に送信できませんでした。\n\n宛先: {JO}\n\n理由: ユーザーが見つかりません\n", JO, True),
    ("in German", "From: Mail Delivery System <mailer-daemon@de.example>\n"
     "Subject: Mail konnte nicht zugestellt werden\n",
     f"Diese E-Mail konnte nicht zugestellt werden:\n\n  {JO}\n  Empfänger unbekannt\n", JO, True),
    ("in French", "From: postmaster@fr.example\nReturn-Path: <>\nSubject: Échec de la remise\n",
     f"Votre message n'a pas pu être remis au destinataire :\n\n{JO}\n\nL'adresse n'existe pas.\n",
     JO, True),
    ("in Spanish", "From: Administrador <postmaster@es.example>\nReturn-Path: <>\n"
     "Subject: No se puede entregar: pedido\n",
     f"No se pudo entregar el mensaje a los siguientes destinatarios:\n\n{JO}\n\nno existe\n", JO, True),
    ("in Russian", "From: mailer-daemon@ru.example\nSubject: Недоставленное сообщение\n",
     f"Ваше письмо не может быть доставлено одному или нескольким получателям:\n\n{JO}: 550 user"
     " not found\n", JO, True),
    ("amazon", "From: MAILER-DAEMON@email-bounces.amazonses.example\n"
     "Subject: Delivery Status Notification (Failure)\n" + REPORT,
     reported("5.1.1", "failed"), JO, True),
    ("mailmarshal", "From: postmaster@mm.example\nSubject: Undeliverable Mail: \"Your order\"\n",
     "Your message could not be delivered to the recipients shown below.\n\nRecipients:\n"
     f"   {JO}\n\nReason: the server said 550 Invalid recipient\n", JO, True),
    ("message store", "From: Internet Mail Delivery <postmaster@im.example>\n"
     "Subject: Delivery Notification: Delivery has failed\n",
     "This report relates to a message you sent.\n\nYour message cannot be delivered to the following"
     f" recipients:\n\n  Recipient address: {JO}\n  Reason: unknown or illegal alias\n", JO, True),
    ("zoho", "From: mailer-daemon@mail.zoho.example\nSubject: Undelivered Mail Returned to Sender\n",
     "This message was created automatically by mail delivery software.\n A message that you sent"
     f" could not be delivered to one or more of its recipients. This is a permanent error.\n\n {JO},"
     " ERROR CODE :550 - <jo@gone.example>... User unknown\n", JO, True),
    ("gateway", "From: Administrator <admin@gw.example>\nReturn-Path: <>\n"
     "Subject: Returned mail: delivery problems\n",
     f"Could not deliver the mail to {JO}\nreason: host unreachable, will retry\n", JO, False),
    ("only the mail that came back", DAEMON + "Subject: Undelivered Mail\n" + MIXED,
     f"--b\n\nYour mail was not delivered.\n--b\nContent-Type: message/rfc822\n{BACK}--b--\n", JO, True),
]  # fmt: skip
