"""A terminal cockpit for incidents: checklist, timeline, and words for those who wait."""

__version__ = "0.1.0"
