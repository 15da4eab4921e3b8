"""What is done with drafts: proposed, approved, sent or discarded, and learned from."""
