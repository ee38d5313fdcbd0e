"""Questions: one line at the bottom where one line will do, a panel where not."""
