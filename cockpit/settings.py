"""What a person has set: config.toml, typed. Flags beat environment, environment beats file."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from pathlib import Path
from typing import Any

import msgspec

CONFIG_LIMIT = 256 * 1024
"""Bytes of a config.toml that are read; more than that is some other file."""

_YES = ("1", "true", "yes", "on")
_NO = ("0", "false", "no", "off")


class SettingsError(Exception):
    """A setting can't be used; the message names the file and line, or the variable.

    usable  the settings that can be used all the same.
    """

    def __init__(self, message: str, usable: Settings | None = None) -> None:
        super().__init__(message)
        self.usable = usable or Settings()


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The fields of config.toml."""

    me: str = ""
    """Who acts; on a shared machine everyone is root, so the login name may not do."""
    theme: str = ""
    """ "" is the built-in default."""
    utc: bool = False
    keys: dict[str, str] = {}
    """The id of a key's row -> the keys that a person wants for it."""

    @property
    def zone(self) -> tzinfo | None:
        """What times are shown and read in; None is the machine's own zone."""
        return UTC if self.utc else None


def resolve(
    config_file: Path,
    environ: Mapping[str, str],
    *,
    me: str | None = None,
    theme: str | None = None,
    utc: bool | None = None,
) -> Settings:
    """The settings that hold: the flags, else the environment, else the file.

    Raises SettingsError.
    """
    return _over(read(config_file), environ, me, theme, utc)


def _over(
    settings: Settings,
    environ: Mapping[str, str],
    me: str | None,
    theme: str | None,
    utc: bool | None,
) -> Settings:
    if utc is None:
        utc = _yes_or_no("COCKPIT_UTC", environ.get("COCKPIT_UTC", ""))
    who = me or environ.get("COCKPIT_ME", "") or settings.me
    return msgspec.structs.replace(
        settings,
        me=" ".join(_readable(who).split()) or login_name(),
        theme=theme or environ.get("COCKPIT_THEME", "") or settings.theme,
        utc=settings.utc if utc is None else utc,
    )


def resolve_anyway(
    config_file: Path,
    environ: Mapping[str, str],
    *,
    me: str | None = None,
    theme: str | None = None,
    utc: bool | None = None,
) -> tuple[Settings, str]:
    """The same for when there is no time to mend a config: what can be used of it, and what is
    wrong in a sentence ("" when nothing is).
    """
    complaint = ""
    try:
        found = read(config_file)
    except SettingsError as error:
        found, complaint = error.usable, str(error)
    try:
        return _over(found, environ, me, theme, utc), complaint
    except SettingsError as error:
        complaint = f"{complaint} {error}".strip()
        return _over(found, environ, me, theme, found.utc), complaint


def login_name() -> str:
    import getpass

    try:
        return _readable(getpass.getuser())
    except (OSError, KeyError, ImportError):  # a user id without a name, as in some containers
        return "someone"


def _readable(text: str) -> str:
    """A name with bytes that are no text gets a sign in their place: it must fit on a record."""
    return text.encode("utf-8", "replace").decode()


def _yes_or_no(variable: str, value: str) -> bool | None:
    word = value.strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    if not word:
        return None
    raise SettingsError(f"{variable} is “{value[:40]}”. Set it to 1 or 0, or unset it.")


def read(file: Path) -> Settings:
    """What the file says; no file says nothing. Raises SettingsError."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(CONFIG_LIMIT + 1)
    except FileNotFoundError:
        return Settings()
    except OSError as error:
        raise SettingsError(f"{file} can't be read: {error.strerror}.") from error
    if len(raw) > CONFIG_LIMIT:
        raise SettingsError(f"{file} is larger than {CONFIG_LIMIT // 1024} KiB: is it a config?")
    import tomllib

    try:
        text = raw.decode()
        document = tomllib.loads(text)
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise SettingsError(f"{file}, line {line}: not UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} is not valid TOML: {error}.") from error
    except RecursionError as error:
        raise SettingsError(f"{file} is nested too deeply to be a config.") from error
    return _typed(document, text, file)


def _typed(document: dict[str, Any], text: str, file: Path) -> Settings:
    good: dict[str, Any] = {}
    problems: list[str] = []
    for name, value in document.items():
        if name not in Settings.__struct_fields__:
            where = _place(text, name)
            problems.append(f"{file}{where}: there is no key “{name[:40]}”. {_nearest(name)}")
            continue
        try:
            msgspec.convert({name: value}, Settings)
            good[name] = value
        except msgspec.ValidationError as error:
            key = name
            if isinstance(value, dict):
                key = next((inner for inner in value if not isinstance(value[inner], str)), name)
            reason = str(error).partition(" - at ")[0].replace("`", "").lower()
            problems.append(f"{file}{_place(text, key)}: “{key}”: {reason}.")
    settings = msgspec.convert(good, Settings)
    if problems:
        raise SettingsError(" ".join(problems), settings)
    return settings


def _nearest(name: str) -> str:
    from difflib import get_close_matches

    fields = Settings.__struct_fields__
    near = get_close_matches(name, fields, n=1)
    return f"Did you mean “{near[0]}”?" if near else f"The keys: {', '.join(fields)}."


def _place(text: str, name: str) -> str:
    """ ", line 3" where that key is written, or "" when it is written in some rarer way."""
    import re

    pattern = re.compile(rf"\s*\[?\s*([\"']?){re.escape(name)}\1\s*[=.\]]")
    for number, line in enumerate(text.splitlines(), 1):
        if pattern.match(line):
            return f", line {number}"
    return ""
