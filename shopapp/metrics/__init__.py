"""Sales facts and cached key figures."""
