"""An audience is one TOML file, and what is wrong with one is said with its line."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.comms.audience import Audience, AudienceError, Cadence, TemplateError, parse
from cockpit.comms.check import check_templates
from cockpit.comms.draft import draft
from cockpit.comms.promises import ledger
from cockpit.comms.templates import HELP, INSIDE, OUTSIDE, OUTSIDE_FACTS
from cockpit.incident.entries import FACTS, SEVERITIES
from tests.comms.scene import BUILT_IN, LOCAL, all_built_in, at, built_in, declared, incident

DOCS = Path(__file__).parents[2] / "docs" / "audiences.md"


def documented() -> str:
    match = re.search(r"^```toml\n(.*?)^```", DOCS.read_text(encoding="utf-8"), re.S | re.M)
    assert match is not None
    return match[1]


EXAMPLE = documented()
LINES = EXAMPLE.split("\n")


def line_of(start: str) -> int:
    return next(number for number, line in enumerate(LINES, 1) if line.startswith(start))


def complaint(text: str, error: type[AudienceError] = AudienceError) -> str:
    with pytest.raises(error) as caught:
        check_templates(parse(text, "executives.toml"))
    assert str(caught.value).startswith(f"executives.toml:{caught.value.line}: ")
    return str(caught.value)


# -- one file -------------------------------------------------------------------------------------


def test_an_audience_is_one_toml_file() -> None:
    executives = parse(EXAMPLE, "executives.toml")
    check_templates(executives)
    made = incident(declared({"what": "checkout returns 500s", "impact": "no one can pay"}))
    assert draft(executives, made, at(3), LOCAL).text == (
        "Checkout returns 500s. Impact: no one can pay.\n\nsam leads. Next update by 16:10."
    )
    owed = ledger(made, [*all_built_in(), executives], at(0))
    assert [one.audience for one in owed] == ["team", "customers", "stakeholders", "executives"]
    assert owed[-1].due == at(15)


@pytest.mark.parametrize("file", sorted(BUILT_IN.glob("*.toml")), ids=lambda file: file.stem)
def test_the_built_in_audiences_are_sound(file: Path) -> None:
    audience = built_in(file.stem)
    assert audience.name == file.stem
    check_templates(audience)


def test_the_team_can_be_asked_for_help_and_gets_an_acknowledgement() -> None:
    team = built_in("team")
    assert team.acknowledgement
    assert team.help
    assert team.inside
    assert not built_in("customers").inside


def test_the_cadence_knows_every_severity() -> None:
    assert set(Cadence.__struct_fields__) == {"first", "unset", *SEVERITIES}
    cadence = built_in("customers").cadence
    assert [cadence.between(each).seconds // 60 for each in ("", *SEVERITIES)] == [
        30, 20, 20, 30, 60,
    ]  # fmt: skip


def test_the_page_describes_every_name_and_key() -> None:
    page = DOCS.read_text(encoding="utf-8")
    for name in (HELP - {"facts"}) | {f"facts.{fact}" for fact in FACTS}:
        assert f"`{name}`" in page, name
    for key in set(msgspec.structs.asdict(parse(EXAMPLE, "x"))) - {"file", "places"}:
        assert f"`{key}`" in page or f"`[{key}]`" in page, key
    everyone = page.partition("### For every audience")[2].partition("### Only inside")[0]
    for name in OUTSIDE - {"facts"}:
        assert f"`{name}`" in everyone, name
    assert set(re.findall(r"`facts\.(\w+)`", everyone)) == set(OUTSIDE_FACTS)
    assert INSIDE > OUTSIDE


def test_reading_audiences_and_promises_does_not_load_the_template_language() -> None:
    code = (
        "import sys, pathlib\n"
        "from cockpit.comms import audience, draft, promises\n"
        f"for file in pathlib.Path({str(BUILT_IN)!r}).glob('*.toml'):\n"
        "    audience.parse(file.read_text(encoding='utf-8'), file.name)\n"
        "print('jinja2' in sys.modules)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=BUILT_IN.parents[2],
        check=True,
    )
    assert ran.stdout.strip() == "False"


# -- what is wrong, and where ---------------------------------------------------------------------


def test_an_empty_file() -> None:
    assert complaint("") == (
        "executives.toml:1: the file is empty. Copy a built-in audience and change its words."
    )
    assert "the file is empty" in complaint(" \n\n")


def test_toml_that_is_not_valid() -> None:
    said = complaint(EXAMPLE.replace('label = "the executives"', "label = the executives"))
    assert said == (
        f"executives.toml:{line_of('label')}: this is not valid TOML: invalid value, "
        "at character 9 of the line."
    )


def test_toml_that_does_not_end() -> None:
    said = complaint(EXAMPLE.rstrip().removesuffix("'''"))
    assert said.startswith(f"executives.toml:{len(LINES) - 2}: this is not valid TOML")


@pytest.mark.parametrize(
    "garbage", ["\x00\xff\xfe\x01", "\x7fELF\x02\x01\x01", "PK\x03\x04\x14\n\x00", "\ud800"]
)
def test_garbage(garbage: str) -> None:
    assert "executives.toml:1: this is not valid TOML" in complaint(garbage)


def test_nested_beyond_reason() -> None:
    assert complaint("a = " + "[" * 100_000).startswith("executives.toml:1: ")


@settings(deadline=None)
@given(
    st.integers(0, len(EXAMPLE)),
    st.integers(0, 40),
    st.text(alphabet="'\"[]{}%|=.#\n\x1e aé1", max_size=12),
)
def test_a_damaged_file_is_sound_or_complained_about_in_its_lines(
    start: int, length: int, put_in: str
) -> None:
    damaged = EXAMPLE[:start] + put_in + EXAMPLE[start + length :]
    found: AudienceError | None = None
    try:
        check_templates(parse(damaged, "executives.toml"))
    except AudienceError as error:
        found = error
    if found is not None:
        assert 1 <= found.line <= damaged.count("\n") + 1
        assert str(found).startswith(f"executives.toml:{found.line}: ")


def test_an_unknown_key_with_the_nearest_one() -> None:
    said = complaint(EXAMPLE.replace("limit =", "limt ="))
    assert said == (f"executives.toml:{line_of('limit')}: “limt” is no key. Did you mean “limit”?")


def test_an_unknown_key_with_no_near_one_lists_them() -> None:
    said = complaint("colour = 1\n" + EXAMPLE)
    assert said.startswith("executives.toml:1: “colour” is no key. The keys: name, label, order")


def test_an_unknown_severity() -> None:
    said = complaint(EXAMPLE.replace("SEV2 =", "sev2 ="))
    assert said == (
        f"executives.toml:{line_of('SEV2')}: “sev2” is no key in [cadence]. Did you mean “SEV2”?"
    )


def test_an_unknown_stage() -> None:
    said = complaint(EXAMPLE.replace("resolved = '''", "resolve = '''"))
    assert said == (
        f"executives.toml:{line_of('resolved')}: “resolve” is no key in [templates]. "
        "Did you mean “resolved”?"
    )


def test_a_missing_stage() -> None:
    said = complaint(EXAMPLE[: EXAMPLE.index("monitoring = '''")])
    assert said == (
        f"executives.toml:{line_of('[templates]')}: “monitoring” and “resolved” are missing. "
        "Add them to [templates]."
    )


def test_a_missing_key() -> None:
    assert complaint(EXAMPLE.replace("order = 4\n", "")) == (
        "executives.toml:1: “order” is missing. Add it."
    )


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("order = 4", 'order = "4"', "order must be a whole number, and this is text in quotes."),
        ("inside = true", "inside = 1", "inside must be true or false, and this is a whole"),
        ("first = 15", "first = 1.5", "cadence.first must be a whole number, and this is a number"),
        ("first = 15", "first = 0", "cadence.first must be at least 1."),
        ("limit = 600", "limit = 6", "limit must be at least 100."),
        ('label = "the executives"', 'label = ""', "label is empty. Write a word or two."),
        ('name = "executives"', 'name = "The Execs"', "name is one word of small letters"),
        ("SEV4 = 240", "SEV4 = 1979-05-27", "cadence.SEV4 must be a whole number, and this is"),
    ],
)
def test_a_value_of_the_wrong_kind(old: str, new: str, words: str) -> None:
    assert complaint(EXAMPLE.replace(old, new)).startswith(
        f"executives.toml:{line_of(old.partition(' ')[0])}: {words}"
    )


def test_a_template_that_is_no_text() -> None:
    head, _, rest = EXAMPLE.partition("monitoring = '''")
    said = complaint(head + "monitoring = 3\n" + rest[rest.index("'''") + 4 :])
    assert said == (
        f"executives.toml:{line_of('monitoring')}: templates.monitoring must be text in quotes, "
        "and this is a whole number."
    )


def test_cadence_that_is_no_table() -> None:
    start, end = EXAMPLE.index("[cadence]"), EXAMPLE.index("[templates]")
    said = complaint("cadence = 20\n" + EXAMPLE[:start] + EXAMPLE[end:])
    assert said == ("executives.toml:1: cadence must be a table, and this is a whole number.")


def test_help_is_only_for_audiences_inside() -> None:
    said = complaint("help = 'Please.'\n" + EXAMPLE.replace("inside = true", "inside = false"))
    assert said.startswith("executives.toml:1: a request for help needs inside = true")


# -- what is wrong in a template ------------------------------------------------------------------

LEADS = "{{ lead }} leads. Next update by {{ next_update|time }}."


def with_leads(replacement: str) -> str:
    """The example with another line in place of its first "leads"."""
    return EXAMPLE.replace(LEADS, replacement, 1)


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("{{ leed }} leads.", "“leed” is not known here. Did you mean “lead”?"),
        ("{{ colour }}.", "“colour” is not known here. There are: alone, contained,"),
        ("{% if alone %}{{ colour }}{% endif %}x", "“colour” is not known here."),
        ("{{ facts.impakt }}", "there is no fact “impakt”. Did you mean “impact”?"),
        ('{{ facts["impakt"] }}', "there is no fact “impakt”. Did you mean “impact”?"),
        ("{{ impact }}", "“impact” is a fact: write facts.impact."),
        ("{{ person }}", "“person” is only known in the template “help”."),
        ("{{ lead|sentense }}", "there is no filter “sentense”. Did you mean “sentence”?"),
        (
            "{% if alone %}{{ lead|sentense }}{% endif %}x",
            "there is no filter “sentense”. Did you mean “sentence”?",
        ),
        ("{% if %}", "the template is not valid: Expected an expression"),
        ("{{ lead ", "the template is not valid: "),
        ("{{ 1 / (people|length - people|length) }}", "this can't be filled in: division by zero."),
        ("{{ lead.name }}", "this can't be filled in: 'str object' has no attribute 'name'."),
    ],
)
def test_a_mistake_in_a_template_is_named_with_its_line_in_the_file(
    written: str, words: str
) -> None:
    said = complaint(with_leads(written), TemplateError)
    assert said.startswith(f"executives.toml:{line_of(LEADS)}: {words}"), said


def test_a_block_that_is_not_closed() -> None:
    said = complaint(with_leads("{% if alone %}x"), TemplateError)
    assert "the template is not valid: Unexpected end of template" in said


def test_a_template_that_says_nothing() -> None:
    said = complaint(
        EXAMPLE.replace(
            "Resolved at {{ resolved|time }}. This is the last update.", "{{ facts.impact }}"
        )
    )
    assert said == (
        f"executives.toml:{line_of('resolved') + 1}: this template gives an empty message."
    )


def test_what_is_inside_does_not_go_outside() -> None:
    outside = EXAMPLE.replace("inside = true", "inside = false")
    assert complaint(outside, TemplateError).startswith(
        f"executives.toml:{line_of(LEADS)}: “lead” is only for audiences inside: a message to "
        "people outside is made from the stage, the times and these facts alone: what, impact,"
    )
    no_lead = outside.replace("{{ lead }} leads. ", "")
    check_templates(parse(no_lead, "x"))
    said = complaint(no_lead.replace("facts.impact", "facts.change"), TemplateError)
    assert "the fact “change” is only for audiences inside" in said


def test_a_draft_names_the_line_too_when_nobody_checked_the_file() -> None:
    unchecked = parse(with_leads("{{ leed }}"), "executives.toml")
    with pytest.raises(TemplateError, match=rf"^executives\.toml:{line_of(LEADS)}: “leed”"):
        draft(unchecked, incident(declared({})), at(1), LOCAL)


@pytest.mark.parametrize(
    ("written", "offset"),
    [
        ("resolved = '{{ leed }}'", 0),
        ('resolved = "a\\n\\n{{ leed }}"', 0),
        ("resolved = '''{{ leed }}\n'''", 0),
        ("resolved = '''\na\n\n{{ leed }}'''", 3),
        ('resolved = """\na \\\n   b\n{{ leed }}"""', 3),
        ('resolved = """\nsay \\"""x\\"""\n{{ leed }}\n"""', 2),
        ("\"resolved\" = '''\n{{ leed }}\n'''", 1),
        ("resolved = '''\r\na\r\n{{ leed }}\r\n'''", 2),
    ],
)
def test_lines_are_right_for_every_kind_of_string(written: str, offset: int) -> None:
    head = EXAMPLE[: EXAMPLE.index("resolved = '''")]
    with pytest.raises(TemplateError) as caught:
        check_templates(parse(head + written + "\n", "x.toml"))
    assert caught.value.line == line_of("resolved") + offset


def test_a_key_that_stands_inside_a_template_is_not_taken_for_a_key() -> None:
    tricky = EXAMPLE.replace("A fix is in place", "[cadence]\nlimt = 3\nA fix is in place")
    audience: Audience = parse(tricky, "x.toml")
    assert audience.line(("cadence",)) == line_of("[cadence]")
    assert ("cadence", "limt") not in audience.places
