"""What waits for a decision, and what the palette finds."""
