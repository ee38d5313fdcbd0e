"""Drafting messages for those who wait. Pure; the built-in audiences are in audiences/."""
