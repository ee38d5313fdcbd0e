"""What plain TinyDB finds in a file, held against what had been acknowledged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from tests.store.making import plain_ids


def verdict(path: Path, acknowledged: Iterable[str]) -> str:
    """ "" when every acknowledged id is there once, and each author's in the order given."""
    try:
        found = plain_ids(path)
    except ValueError as error:
        return f"unreadable: {error}"
    counts = Counter(found)
    wanted = list(acknowledged)
    if lost := [one for one in wanted if one not in counts]:
        return f"lost: {len(lost)} of {len(wanted)}, first {lost[0]}"
    if doubled := [one for one, count in counts.items() if count > 1]:
        return f"doubled: {doubled[0]}"
    for author in {one[:8] for one in wanted}:
        theirs = [one for one in found if one.startswith(author)]
        if theirs != sorted(theirs):
            return f"not in order: {author}"
    return ""
