"""The mirror of Shopify: products, customers, orders."""
