"""Mail as bytes and envelopes: what came in, what goes out."""
