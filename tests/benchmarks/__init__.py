"""What pages and queries cost beside their ceilings: run by `make bench`, never by the tests."""
