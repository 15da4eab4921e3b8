"""The customers' mail, byte for byte as it might have come."""
