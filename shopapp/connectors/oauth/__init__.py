"""OAuth 2 consent of mailbox providers: the question, the exchange, and renewing (RFC 6749, 7636)."""
