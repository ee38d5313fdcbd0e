"""The YAML head of a playbook: optional settings between two lines of dashes."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from cockpit.incident.entries import SEVERITIES
from cockpit.playbooks.hints import seconds
from cockpit.playbooks.playbook import Link, Remark

KEYS: tuple[str, ...] = ("title", "severity", "cadence", "links", "fill", "keywords")
PLACEHOLDER_NAME = re.compile(r"[^\W\d][\w-]*")

_TOML = re.compile(r"\A\+\+\+[ \t]*\n(.*\n)*?\+\+\+[ \t]*(\n|\Z)")


class Settings(msgspec.Struct, frozen=True):
    title: str = ""
    severity: str = ""
    cadence: dict[str, int] = {}
    links: tuple[Link, ...] = ()
    fill: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


def split(text: str) -> tuple[str, str]:
    """(the YAML of the head, the text below it), without reading the Markdown."""
    text = text.removeprefix("\ufeff")
    if not text.startswith("---"):
        return "", text
    lines = text.splitlines()
    dashes = len(lines[0]) - len(lines[0].lstrip("-"))
    for index, line in enumerate(lines[1:], 1):
        closed = line.lstrip(" ").rstrip()
        if line.rstrip() == "..." or (len(closed) >= dashes and not closed.strip("-")):
            return "\n".join(lines[1:index]), "\n".join(lines[index + 1 :])
    return "", text


def front_matter(text: str) -> dict[str, Any]:
    """The head's keys and values (words, lists, mappings); {} when there is none.

    So is a broken one; `cockpit playbooks check` says what is wrong with it.
    """
    yaml_text, _ = split(text)
    return load(yaml_text)[0] if yaml_text else {}


def load(yaml_text: str) -> tuple[dict[str, Any], Remark | None]:
    """The mapping in `yaml_text`, every scalar as words; {} and a remark when there is none.

    Words only, because YAML's own guesses would turn `on` into true and 10:30 into 630.
    """
    import yaml

    try:
        # As safe as safe_load: this loader makes nothing but str, list and dict.
        found = yaml.load(yaml_text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark is not None else 1
        reason = getattr(error, "problem", None) or "it has a character that YAML does not allow"
        return {}, Remark(
            line, f"the front matter is not valid YAML ({reason}): ignored", "problem"
        )
    except RecursionError:
        return {}, Remark(1, "the front matter is nested too deeply: ignored", "problem")
    if isinstance(found, dict):
        return found, None
    if not found:
        return {}, None
    return {}, Remark(1, "the front matter is not “name: value” lines: ignored", "problem")


def words(value: Any) -> tuple[str, ...]:
    """A list of words, or words with commas between them."""
    if isinstance(value, str):
        value = value.split(",")
    if not isinstance(value, list):
        return ()
    return tuple(word.strip() for word in value if isinstance(word, str) and word.strip())


def settings(yaml_text: str) -> Settings:
    """What a playbook's front matter sets, with remarks on what is not understood."""
    values, broken = load(yaml_text)
    remarks = [] if broken is None else [broken]

    def remark(key: str, text: str, level: Any = "problem") -> None:
        match = re.search(rf"^['\"]?{re.escape(key)}['\"]?\s*:", yaml_text, re.M)
        line = 2 + (yaml_text.count("\n", 0, match.start()) if match else 0)
        remarks.append(Remark(line, text, level))

    for key in values:
        if key not in KEYS:
            shown = str(key)[:40] if isinstance(key, str) else "a key that is not a word"
            remark(str(key)[:200], f"“{shown}” is not a setting of a playbook", "ignored")
    title = values.get("title", "")
    severity = values.get("severity", "")
    severity = severity.strip().upper() if isinstance(severity, str) else "?"
    if severity and severity not in SEVERITIES:
        remark("severity", "the severity is not one of SEV1, SEV2, SEV3, SEV4: ignored")
        severity = ""
    cadence = _cadence(values.get("cadence", ""), remark)
    links = _links(values.get("links", ""), remark)
    fill = words(values.get("fill", ""))
    for name in fill:
        if not PLACEHOLDER_NAME.fullmatch(name):
            remark("fill", f"“{name[:40]}” under fill: is not one word (letters, digits, - and _)")
    for key in ("fill", "keywords"):
        if values.get(key) and not words(values[key]):
            remark(key, f"“{key}:” is not a list of words: ignored")
    return Settings(
        " ".join(title.split()) if isinstance(title, str) else "",
        severity,
        cadence,
        links,
        tuple(name for name in fill if PLACEHOLDER_NAME.fullmatch(name)),
        words(values.get("keywords", "")),
        tuple(remarks),
    )


def _cadence(value: Any, remark: Any) -> dict[str, int]:
    pairs = {"": value} if isinstance(value, str) and value else value or {}
    if not isinstance(pairs, dict):
        remark("cadence", "the cadence is not a time span or “SEV1: 15m” lines: ignored")
        return {}
    cadence: dict[str, int] = {}
    for key, span in pairs.items():
        severity = key.strip().upper() if isinstance(key, str) else "?"
        minutes = seconds(span) // 60 if isinstance(span, str) else 0
        if severity not in ("", *SEVERITIES):
            remark("cadence", f"“{str(key)[:40]}” under cadence: is not a severity: ignored")
        elif not minutes:
            remark("cadence", f"the cadence {severity} is not a time span such as 30m: ignored")
        else:
            cadence[severity] = minutes
    return cadence


def _links(value: Any, remark: Any) -> tuple[Link, ...]:
    rows = list(value.items()) if isinstance(value, dict) else value or []
    rows = [rows] if isinstance(rows, str) else rows
    links: list[Link] = []
    for row in rows:
        link = _link(row)
        if link is None:
            remark("links", "a link is not “name: https://…”: ignored")
        else:
            links.append(link)
    return tuple(links)


def _link(row: Any) -> Link | None:
    if isinstance(row, dict) and "url" in row:
        row = (row.get("text") or row.get("name") or row.get("title") or row["url"], row["url"])
    elif isinstance(row, dict) and len(row) == 1:
        row = next(iter(row.items()))
    elif isinstance(row, str):
        row = (row, row)
    if not (isinstance(row, tuple) and all(isinstance(part, str) for part in row)):
        return None
    text, url = (part.strip() for part in row)
    is_url = re.match(r"[a-z][a-z0-9+.-]*:\S+\Z", url, re.I)
    return Link(text or url, url) if is_url else None


def without_toml(text: str) -> tuple[str, Remark | None]:
    """Blank lines in the place of a TOML head ("+++"), which is another tool's."""
    match = _TOML.match(text)
    if match is None:
        return text, None
    head = "\n" * match[0].count("\n")
    return head + text[match.end() :], Remark(1, "a TOML head is not read; use YAML", "ignored")
