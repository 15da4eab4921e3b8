"""OAuth 2 consent of mailbox providers: asked, exchanged, renewed (RFC 6749, 7636)."""
