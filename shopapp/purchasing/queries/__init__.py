"""What the pages of purchasing ask the database."""
