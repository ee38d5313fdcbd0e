from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "incident",
    deadline=None,  # a slow machine is no failure
    max_examples=40,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("incident")
