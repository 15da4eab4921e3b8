"""What the inbox does."""
