"""Unfinished words, and the place where the person was: one small file an incident.

Kept apart from the record, because they are nobody's business until they are sent.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import msgspec

from cockpit.store import atomic
from cockpit.store.errors import reason_for


class Words(msgspec.Struct, omit_defaults=True):
    """What was not finished.

    drafts   audience -> text.
    note     the note line.
    place    where the person was: pane, audience, step.
    seen     the number of entries that the person had seen.
    left_at  when the cockpit was last there, UTC.
    notice   a sentence about a file that could not be read; never saved.
    """

    drafts: dict[str, str] = {}
    note: str = ""
    place: dict[str, str] = {}
    seen: int = 0
    left_at: datetime | None = None
    notice: str = ""


_decoder = msgspec.json.Decoder(Words)


def load(folder: Path, incident_id: str) -> Words:
    """The words last saved, or empty ones.

    A file that cannot be read as words is set aside, and the notice says so.
    """
    path = _path(folder, incident_id)
    try:
        return _decoder.decode(path.read_bytes())
    except FileNotFoundError:
        return Words()
    except msgspec.DecodeError as error:
        aside = path.with_name(f"{path.name}.broken")
        kept = f"It is kept as {aside}."
        try:
            path.replace(aside)
        except OSError as refusal:
            kept = f"It could not be set aside: {reason_for(refusal)}."
        return Words(notice=f"Unfinished words in {path} cannot be read: {error}. {kept}")
    except OSError as error:
        return Words(notice=f"Unfinished words in {path} cannot be read: {reason_for(error)}.")


def save(folder: Path, incident_id: str, words: Words) -> None:
    """Keep the words, durable when this returns. Raises OSError."""
    path = _path(folder, incident_id)
    # A broken half of a pair of surrogates can be typed or pasted; JSON has no place for it.
    mended = msgspec.structs.replace(
        words,
        notice="",
        note=_mended(words.note),
        drafts={name: _mended(text) for name, text in words.drafts.items()},
    )
    atomic.make_folder(folder)
    atomic.write(path, msgspec.json.encode(mended))


def _path(folder: Path, incident_id: str) -> Path:
    return folder / f"{incident_id}.json"


def _mended(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
