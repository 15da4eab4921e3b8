"""What is done with mail hooks."""
