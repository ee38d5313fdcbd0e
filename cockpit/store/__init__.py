"""The disk: incident files, the shelf that holds them, and unfinished words."""
