"""Running shopapp: serving, seeding, looking after the code's own map."""
