"""Full screens: the incident, help."""
