"""The rules of the house, each a small file; design and reasons are in STYLE.md."""
