"""Vendors and purchase orders."""
