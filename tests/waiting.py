"""Waiting in tests: for a condition, never for a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 15.0
"""Seconds. Far above what anything here takes: a slow machine must not fail a test."""


def wait_until(look: Callable[[], T], what: str, timeout: float = PATIENCE) -> T:
    """The first true answer of `look`; fails after `timeout` seconds, naming `what`."""
    deadline = time.monotonic() + timeout
    while True:
        if answer := look():
            return answer
        if time.monotonic() > deadline:
            raise AssertionError(f"still not true after {timeout} s: {what}")
        time.sleep(0.01)
