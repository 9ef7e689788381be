"""Strategies shared by the tests of the algebra."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile(
    "symbolic",
    derandomize=True,
    deadline=None,
    max_examples=60,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("symbolic")
