"""People: users, memberships, roles and their rules."""
