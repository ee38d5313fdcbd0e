"""Commands: what is filled, what stays, what is refused."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.playbooks.commands import fill, hidden_characters, placeholders, refusal

VALUES = {"service": "api", "words": "a b; echo $HOME `echo x` !x \\ \"'", "empty": "  "}
ALLOWED = ("service", "words", "empty", "unknown")


@pytest.mark.parametrize(
    ("command", "filled"),
    [
        ("kubectl rollout undo deploy/{service}", "kubectl rollout undo deploy/api"),
        ("ssh <service> uptime", "ssh api uptime"),
        ("echo '{service}' \"<service>\"", "echo 'api' \"api\""),
        ("# stop {service}\nstop <service>", "# stop api\nstop api"),
    ],
)
def test_declared_names_are_filled(command: str, filled: str) -> None:
    made = fill(command, VALUES, ALLOWED)
    assert (made.text, made.filled, made.missing) == (filled, ("service",), ())
    assert made.lines == filled.count("\n") + 1


@pytest.mark.parametrize(
    "command",
    [
        "kubectl get pods -o jsonpath='{.items[0].metadata.name}'",
        "cp -r ${HOME}/x $HOME",
        "echo ${service}",
        "psql < dump.sql > out.txt",
        "touch {a,b}.txt {1..3}",
        "awk '{print $1}' x",
        "jq '{x: .y}'",
        "helm template --set x={{ service }} {{service}} {{.Values.service}}",
        "cat <<EOF\nx\nEOF",
        "git show HEAD@{upstream}",
        "{ other; } <other> {other}",
        r"echo \<service\> \<service>",
        "curl -w '%{http_code}' x",
        "a <service",
        "find . -exec ls {} \\;",
        "",
    ],
)
def test_everything_else_stays_byte_for_byte(command: str) -> None:
    made = fill(command, VALUES, ALLOWED)
    assert (made.text, made.filled, made.missing) == (command, (), ())


def test_names_without_a_value_stay_and_are_missing() -> None:
    made = fill("go {empty} <unknown> {unknown} {service}", VALUES, ALLOWED)
    assert made.text == "go {empty} <unknown> {unknown} api"
    assert made.missing == ("empty", "unknown")


def test_a_name_that_is_not_allowed_is_not_filled_though_it_has_a_value() -> None:
    assert fill("go {service}", VALUES, ()).text == "go {service}"


def test_a_filled_value_is_not_filled_again() -> None:
    made = fill("{a} {b}", {"a": "{b}", "b": "x"}, ("a", "b"))
    assert shlex.split(made.text) == ["{b}", "x"]


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ("{words}", "{}"),
        ("x{words}y", "x{}y"),
        ("'{words}'", "{}"),
        ("'x {words} y'", "x {} y"),
        ('"{words}"', "{}"),
        ('"x {words} y"', "x {} y"),
        ('"it\'s" "{words}"', "it's|{}"),
        ("'say \"' {words}", 'say "|{}'),
        ('"a \\" {words}"', 'a " {}'),
        ("it\\'s {words}", "it's|{}"),
        ("a#b {words}", "a#b|{}"),
        ("# don't\n{words}", "{}"),
        ("$(echo x) {words}", "x|{}"),
    ],
)
def test_a_value_is_one_word_of_the_shell_wherever_it_stands(
    command: str, words: str, tmp_path: Path
) -> None:
    made = fill(command, VALUES, ALLOWED)
    script = "show() { printf '%s|' \"$@\"; }; show " + made.text
    if made.text.startswith("#"):
        script = script.replace("show #", "#").replace("\n", "\nshow ")
    ran = subprocess.run(
        ["/bin/sh", "-c", script],
        capture_output=True,
        text=True,
        check=True,
        cwd=tmp_path,  # if the quoting fails, the shell runs what the value says: nothing of
        env={"HOME": str(tmp_path)},  # anybody's is in reach, and the value only prints
    )
    assert ran.stdout == words.replace("{}", VALUES["words"]) + "|"


@pytest.mark.parametrize(
    "command",
    [
        "true # {words}",
        "cat <<EOF\n{words}\nEOF",
        "cat <<-'EOF'\n{words}\nEOF",
        "echo `id {words}`",
        'echo "$(id {words})"',
        "echo $'x {words}'",
    ],
)
def test_where_quoting_is_not_safe_only_harmless_values_are_filled(command: str) -> None:
    made = fill(command, VALUES, ALLOWED)
    assert (made.text, made.missing) == (command, ("words",))
    harmless = command.replace("words", "service")
    assert fill(harmless, VALUES, ALLOWED).text == harmless.replace("{service}", "api")


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1).filter(str.strip),
    st.sampled_from(["{name}", "'{name}'", '"{name}"', "a'{name}'b", '"x"<name>']),
)
@settings(deadline=None)
def test_any_value_is_exactly_itself_to_the_shell(value: str, command: str) -> None:
    made = fill(command, {"name": value}, ("name",))
    around = shlex.split(command)[0]
    wanted = around.replace("{name}", value.strip()).replace("<name>", value.strip())
    assert shlex.split(made.text) == [wanted]


PIECES = st.one_of(
    st.sampled_from(
        ["{", "}", "<", ">", "$", "{{", "}}", "'", '"', "\\", "`", "$(", ")", "#", "<<"]
    ),
    st.sampled_from(["service", " ", "\n", ".items[0]", "other", "{other}", "<other>", "EOF"]),
    st.text(max_size=3),
)


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_no_text_changes_unless_a_name_is_declared(command: str) -> None:
    made = fill(command, {"service": "api", "other": "x"}, ("nothing",))
    assert made.text == command
    assert (made.filled, made.missing) == ((), ())


@given(st.lists(PIECES, max_size=30).map("".join))
@settings(max_examples=300, deadline=None)
def test_only_declared_placeholders_change(command: str) -> None:
    made = fill(command, {"service": "QQ"}, ("service",))
    kept = map(re.escape, made.text.split("QQ"))
    assert re.fullmatch(r"(?:\{service\}|<service>)".join(kept), command)


def test_placeholders_are_listed_once_in_order() -> None:
    assert placeholders("{b} <a> {b} ${c} {{d}} {e f}") == ("b", "a")


@pytest.mark.parametrize(
    ("letter", "name"),
    [
        ("\u200b", "U+200B ZERO WIDTH SPACE"),
        ("\u202e", "U+202E RIGHT-TO-LEFT OVERRIDE"),
        ("\u2066", "U+2066 LEFT-TO-RIGHT ISOLATE"),
        ("\u00a0", "U+00A0 NO-BREAK SPACE"),
        ("\u202f", "U+202F NARROW NO-BREAK SPACE"),
        ("\ufeff", "U+FEFF ZERO WIDTH NO-BREAK SPACE"),
        ("\u00ad", "U+00AD SOFT HYPHEN"),
        ("\u2028", "U+2028 LINE SEPARATOR"),
        ("\u3164", "U+3164 HANGUL FILLER"),
        ("\x1b", "U+001B CONTROL CHARACTER"),
        ("\r", "U+000D CONTROL CHARACTER"),
    ],
)
def test_hidden_characters_are_named_and_refused(letter: str, name: str) -> None:
    assert hidden_characters(f"ls{letter}{letter} -l") == (name,)
    assert refusal(f"ls{letter} -l") == (f"not copied: it has an invisible character ({name}) at 3")
    assert refusal(f"ls\ncd {letter}").endswith(f"({name}) at 4 in line 2")


@pytest.mark.parametrize("command", ["ls -l\n\tcd x", "echo grüße 日本 🚒 עברית", ""])
def test_ordinary_text_is_not_refused(command: str) -> None:
    assert hidden_characters(command) == ()
    assert refusal(command) == ""
