"""CSV files as people and other programs write them: read strictly, written safely."""
