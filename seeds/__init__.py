"""Demo stores and scenarios: two invented shops with their people, orders and mail."""
