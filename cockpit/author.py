"""Who acts, from where, and when: the machine's part of every entry."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from typing import Literal

from cockpit.incident.actions import Stamp


def machine() -> str:
    """This machine's name, without its domain."""
    return os.uname().nodename.partition(".")[0] or "localhost"


def stamp(me: str, via: Literal["", "command"]) -> Stamp:
    """A new entry's id, its time (UTC), and its author as person@machine."""
    from ulid import ULID

    return Stamp(str(ULID()), datetime.now(UTC), f"{me}@{machine()}", via)
