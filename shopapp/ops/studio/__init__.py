"""The studio: a store's data, table by table, with every secret masked; nothing is written."""
