"""Privacy requests: what a store holds about a person, given out or removed, with proof."""
