"""A purchase order as files for the vendor: PDF and CSV, the same bytes for the same order."""
