"""The doctor: what is wrong with this installation, in sentences, each with what to do."""
