"""Learning: what people's edits say of a draft, of style, and of what nobody wrote down yet."""
