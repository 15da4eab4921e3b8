"""Shopify's own exports come into the mirror: products and orders from CSV."""
