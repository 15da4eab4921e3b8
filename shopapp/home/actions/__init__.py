"""What people do on Today, and what is worked out for it."""
