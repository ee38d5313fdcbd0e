"""What is understood of a Markdown file."""

from __future__ import annotations

import pytest

from cockpit.playbooks.parse import parse
from cockpit.playbooks.playbook import Link, Playbook, Step


def read(*lines: str) -> Playbook:
    return parse("\n".join(lines), "test")


def only_step(*lines: str) -> Step:
    playbook = read(*lines)
    assert len(playbook.steps) == 1, [step.text for step in playbook.steps]
    return playbook.steps[0]


def problems(playbook: Playbook) -> list[int]:
    return [remark.line for remark in playbook.remarks if remark.level == "problem"]


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("- [ ] a\n- [x] b\n- [X] c\n", ["a", "b", "c"]),
        ("* [ ] a\n\n+ [ ] b\n", ["a", "b"]),
        ("1. [ ] a\n2. [ ] b\n", ["a", "b"]),
        ("1. a\n2. b\n   1. c\n", ["a", "b", "c"]),
        ("1) a\n2) b\n", ["a", "b"]),
        ("1. a\n\n- [ ] b\n", ["b"]),
        ("- a\n- b\n", []),
        ("> - [ ] quoted\n", ["quoted"]),
        ("- [ ] **bold** _and_ [a link](https://x.example) `code`\n", ["bold and a link code"]),
        ("- [ ] `kubectl get pods`\n", ["kubectl get pods"]),
        ("- [ ] Scale <service> up\n", ["Scale <service> up"]),
        ("- [ ] one<br>two &amp; three\n", ["one two & three"]),
        ("- [ ] ![the graph](g.png) falls\n", ["the graph falls"]),
        ("- [ ] a \x1b[31mred\n", ["a \ufffd[31mred"]),
        ("```\n- [ ] in code\n```\n", []),
        ("1. ```sh\n   make stop\n   ```\n", ["make stop"]),
        ("\ufeff- [ ] after a byte order mark\n", ["after a byte order mark"]),
        ("- [ ] a\r\n- [ ] b\r\n", ["a", "b"]),
        ("- [ ] a\r- [ ] b\r", ["a", "b"]),
        ("- [ ] no line end", ["no line end"]),
        ("# only a heading", []),
        ("", []),
        ("- [ ] half a \ud800 character\n", ["half a ? character"]),
    ],
)
def test_steps(text: str, steps: list[str]) -> None:
    assert [step.text for step in parse(text, "test").steps] == steps


def test_the_first_heading_is_the_title_and_text_below_it_the_introduction() -> None:
    playbook = read("# Restart *payments*", "", "Read this.", "", "> Carefully.", "- [ ] a")
    assert playbook.title == "Restart payments"
    assert playbook.intro == "Read this.\n\nCarefully."


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("- [ ] a", "test"),
        ("---\ntitle: From the head\n---\n- [ ] a", "From the head"),
        ("---\ntitle: From the head\n---\n# Heading\n- [ ] a", "Heading"),
        ("Underlined\n==========\n- [ ] a", "Underlined"),
    ],
)
def test_title(text: str, title: str) -> None:
    assert parse(text, "test").title == title


def test_headings_are_phases_and_deeper_ones_are_groups() -> None:
    playbook = read("# T", "## A", "Before.", "- [ ] a", "### Deep", "- [ ] b", "## B", "- [ ] c")
    assert [(phase.title, phase.number, phase.line) for phase in playbook.phases] == [
        ("A", 0, 2),
        ("B", 0, 7),
    ]
    assert playbook.phases[0].intro == "Before."
    assert [step.group for step in playbook.steps] == ["", "Deep", ""]


def test_a_section_without_steps_is_said_and_its_links_are_kept() -> None:
    playbook = read("# T", "## Contacts", "[Ana](tel:123)", "## Do", "- [ ] a")
    assert [phase.title for phase in playbook.phases] == ["Do"]
    assert playbook.links == (Link("Ana", "tel:123"),)
    assert [(remark.line, remark.level) for remark in playbook.remarks] == [(2, "ignored")]


@pytest.mark.parametrize(
    ("heading", "number"),
    [
        ("1. Own it", 1),
        ("own it!", 1),
        ("Phase 1: Own it", 1),
        ("🚨 1. Own it", 1),
        ("2. Don't isolate yourself", 2),
        ("Don’t isolate", 2),
        ("DO NOT ISOLATE YOURSELF", 2),
        ("3) Contain the damage", 3),
        ("Containment", 3),
        ("4. Share what you’ve learned", 4),
        ("What we've learned", 4),
        ("Lessons learned", 4),
        ("5. Move on", 5),
        ("Container restart", 0),
        ("Shared storage", 0),
        ("Isolate the host", 0),
        ("Move on-call to Ana", 0),
        ("2. Restart the pods", 0),
        ("500 errors", 0),
    ],
)
def test_the_five_phases_are_known_by_their_words(heading: str, number: int) -> None:
    assert read("# T", f"## {heading}", "- [ ] a").phases[0].number == number


@pytest.mark.parametrize(
    ("titles", "numbers"),
    [
        (["1. Zugeben", "2. Hilfe", "3. Contain", "4. Lernen", "5. Weiter"], [1, 2, 3, 4, 5]),
        ([f"Phase {n} – x" for n in (1, 2, 3, 4, 5)], [1, 2, 3, 4, 5]),
        (["1. Look", "2. Stop", "3. Start", "4. Check", "5. Leave"], [0, 0, 0, 0, 0]),
        (["1. Find", "2. Contain", "3. Erase", "4. Recover", "5. End"], [0, 3, 0, 0, 0]),
        ([f"Phase {n} – x" for n in (1, 2, 3, 4, 5, 6)], [0, 0, 0, 0, 0, 0]),
    ],
)
def test_numbers_count_only_where_they_must_mean_the_five(
    titles: list[str], numbers: list[int]
) -> None:
    playbook = read(*(f"## {title}\n- [ ] a" for title in titles))
    assert [phase.number for phase in playbook.phases] == numbers


def test_the_five_phases_count_as_phases_at_any_depth_and_keep_their_names_without_numbers() -> (
    None
):
    playbook = read("# T", "## Steps", "### 1. Own it", "- [ ] a", "### 3. Contain it", "- [ ] b")
    assert [(phase.title, phase.number) for phase in playbook.phases] == [
        ("Own it", 1),
        ("Contain it", 3),
    ]


def test_nested_steps_know_their_parent_and_their_depth() -> None:
    playbook = read("- [ ] a", "  - [ ] b", "    - [ ] c", "- [ ] d")
    assert [(step.slug, step.depth, step.parent) for step in playbook.steps] == [
        ("a", 0, ""),
        ("b", 1, "a"),
        ("c", 2, "b"),
        ("d", 0, ""),
    ]


@pytest.mark.parametrize(
    ("lines", "text", "help_text"),
    [
        (["- [ ] a", "", "  Help."], "a", "Help."),
        (["- [ ] a", "", "Not indented."], "a", "Not indented."),
        (["- [ ] a", "  Right below", "  in two lines."], "a", "Right below in two lines."),
        (["- [ ] a  ", "  after a hard break"], "a", "after a hard break"),
        (["- [ ] a", "", "  > quoted", "", "  and more"], "a", "quoted\n\nand more"),
        (["- [ ] a", "  - one", "  - two", "    - three"], "a", "• one\n• two\n  • three"),
        (["- [ ] a", "", "  1. one", "  2. two"], "a", "1. one\n2. two"),
        (["- [ ] a", "", "  | x | y |", "  |---|---|", "  | 1 | 2 |"], "a", "x | y\n1 | 2"),
        (["- [ ] a", "", "  <b>bold</b> <service>"], "a", "bold <service>"),
        (["- [ ] a", "", "  ### Heading in it"], "a", "Heading in it"),
        (
            ["- [ ] " + "long " * 12 + "words", "  that go on", "", "  Help."],
            "long " * 12 + "words that go on",
            "Help.",
        ),
        (["- [ ] " + "long " * 12 + "words.", "  Help."], "long " * 12 + "words.", "Help."),
    ],
)
def test_help(lines: list[str], text: str, help_text: str) -> None:
    step = only_step(*lines)
    assert (step.text, step.help) == (text, help_text)


@pytest.mark.parametrize(
    ("lines", "commands"),
    [
        (["  ```sh", "  ls", "  ```"], ["ls"]),
        (["  ~~~", "  a", "  b", "  ~~~"], ["a\nb"]),
        (["```", "ls", "```"], ["ls"]),
        (["", "      indented"], ["indented"]),
        (["  ```", "  $ make", "  $ make test", "  ```"], ["make\nmake test"]),
        (["  ```", "  $ a \\", "      -b", "  ```"], ["a \\\n    -b"]),
        (["  `ls -l`"], ["ls -l"]),
        (["", "  Run `$ date` now, not `time`."], ["date"]),
        (["", "  In `$HOME` there is `x`."], []),
        (["  ```text", "  output", "  ```"], []),
        (["  ```sh", "  ```"], []),
        (["  `one`", "", "  ```", "  two", "  ```"], ["one", "two"]),
    ],
)
def test_commands(lines: list[str], commands: list[str]) -> None:
    assert list(only_step("- [ ] a", *lines).commands) == commands


def test_a_command_alone_on_its_line_is_not_said_again_in_the_help() -> None:
    step = only_step("- [ ] a", "", "  First", "  `ls`", "  then.")
    assert (step.help, step.commands) == ("First then.", ("ls",))


def test_code_under_no_step_is_shown_and_said() -> None:
    playbook = read("# T", "```", "ls", "```", "- [ ] a")
    assert playbook.steps[0].commands == ()
    assert playbook.intro == "ls"
    assert [(remark.line, remark.level) for remark in playbook.remarks] == [(2, "ignored")]


def test_links_of_a_step() -> None:
    step = only_step("- [ ] See [the wiki](https://w.example/a)", "", "  Or https://x.example/b.")
    assert step.links == (
        Link("the wiki", "https://w.example/a"),
        Link("https://x.example/b", "https://x.example/b"),
    )


@pytest.mark.parametrize(
    "lines",
    [
        ["- [ ] a <!-- observe: error rate --> <!-- within: 10m --> <!-- who: lead -->"],
        ["- [ ] a", "  <!-- observe: error rate -->", "  <!-- within: 600s --><!--who:lead-->"],
        ["- [ ] a", "<!-- Observe: error  rate -->", "<!-- WITHIN: 10 -->", "<!-- who: lead -->"],
        [
            "- [ ] a",
            "",
            "  <!--",
            "  observe: error rate",
            "  within: 10 min",
            "  who: lead",
            "  -->",
        ],
    ],
)
def test_hints(lines: list[str]) -> None:
    playbook = read(*lines)
    step = playbook.steps[0]
    assert (step.text, step.observe, step.within, step.who) == ("a", "error rate", 600, "lead")
    assert not playbook.remarks


@pytest.mark.parametrize(
    ("comment", "level"),
    [
        ("<!-- within: soon -->", "problem"),
        ("<!-- within: -->", "problem"),
        ("<!-- observe error rate -->", "problem"),
        ("<!-- observe: error rate, within: 10m -->", "problem"),
        ("<!-- observe: never closed", "problem"),
        ("<!-- obsrve: error rate -->", "ignored"),
        ("<!-- a note for the editors of this file -->", None),
        ("<!-- https://example.com -->", None),
    ],
)
def test_a_hint_that_is_not_understood_is_named_with_its_line(
    comment: str, level: str | None
) -> None:
    playbook = read("# T", "", "- [ ] a", f"  {comment}")
    assert [(it.line, it.level) for it in playbook.remarks] == ([(4, level)] if level else [])
    step = playbook.steps[0]
    assert (step.observe, step.within) == ("", 0)


def test_a_hint_above_the_first_step_is_a_problem() -> None:
    assert problems(read("# T", "<!-- observe: x -->", "", "- [ ] a")) == [2]


@pytest.mark.parametrize(
    "lines",
    [
        ["- [ ] Safe?", "  - [ ] Yes: roll back", "  - [ ] No: switch off"],
        ["- [ ] Safe?", "  - Yes: roll back", "  - no: switch off"],
        ["- [ ] Safe?", "  - **Yes:** roll back", "  - **No:** switch off"],
        ["- [ ] Safe?", "  Help.", "", "  - Yes, roll back", "  - No – switch off"],
        ["1. Safe?", "   - Yes: roll back", "   - No: switch off"],
    ],
)
def test_branch(lines: list[str]) -> None:
    question, yes, no = read(*lines).steps
    assert question.question
    assert (yes.text, yes.when, yes.branch, yes.parent) == ("roll back", "yes", "safe", "safe")
    assert (no.text, no.when, no.branch, no.depth) == ("switch off", "no", "safe", 1)
    assert not yes.question


def test_answers_can_hold_several_steps_and_questions() -> None:
    playbook = read(
        "- [ ] Safe?",
        "  - Yes:",
        "    - [ ] a",
        "    - [ ] Sure?",
        "      - [ ] No: ask",
        "      - [ ] Yes: go",
        "        - [ ] deeper",
        "  - No:",
        "    - [ ] c",
        "- [ ] after",
    )
    assert [(step.slug, step.when, step.branch, step.depth) for step in playbook.steps] == [
        ("safe", "", "", 0),
        ("a", "yes", "safe", 1),
        ("sure", "yes", "safe", 1),
        ("ask", "no", "sure", 2),
        ("go", "yes", "sure", 2),
        ("deeper", "yes", "sure", 3),
        ("c", "no", "safe", 1),
        ("after", "", "", 0),
    ]
    assert [step.slug for step in playbook.steps if step.question] == ["safe", "sure"]


@pytest.mark.parametrize("child", ["Yesterday's backup", "No-op deploy", "Nobody", "Why?"])
def test_a_child_that_only_resembles_an_answer_is_an_ordinary_step(child: str) -> None:
    question, step = read("- [ ] Safe?", f"  - [ ] {child}").steps
    assert not question.question
    assert (step.text, step.when) == (child, "")


def test_a_question_without_answers_is_an_ordinary_step() -> None:
    assert not only_step("- [ ] Is it still spreading?").question


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Roll back the deployment", "roll-back-the-deployment"),
        ("Don't isolate", "dont-isolate"),
        ("Überprüfe die Größe", "uberprufe-die-grosse"),
        ("API を再起動する", "api-を再起動する"),
        ("!!!", "step-1"),
        ("🚒", "step-1"),
        ("word " * 40, "-".join(["word"] * 12)),
    ],
)
def test_slugs(words: str, slug: str) -> None:
    assert only_step(f"- [ ] {words}").slug == slug


def test_slugs_are_unique_even_beside_numbered_ones() -> None:
    playbook = read("- [ ] a", "- [ ] a 2", "- [ ] a", "- [ ] A", "- [ ] !", "- [ ] ?!")
    assert [step.slug for step in playbook.steps] == ["a", "a-2", "a-3", "a-4", "step-5", "step-6"]


@pytest.mark.parametrize(
    "line", ["-[ ] a", "- [] a", "- [ ]a", "[ ] a", "- [ ]", "* []", "1.[ ] a", "> - [] a"]
)
def test_a_line_that_was_meant_to_be_a_step_is_a_problem(line: str) -> None:
    assert problems(read("- [ ] real", "", line)) == [3]


@pytest.mark.parametrize("line", ["- [x](https://a.example)", "[x]: https://a.example", "    [ ]"])
def test_links_and_code_are_not_taken_for_steps(line: str) -> None:
    assert problems(read("- [ ] real", "", "## B", "", line, "", "- [ ] b")) == []


def test_items_without_a_checkbox_are_help_and_said_once_a_list() -> None:
    playbook = read("- [ ] a", "", "## B", "", "- [ ] b", "- plain", "- plain too")
    assert playbook.steps[1].help == "• plain\n• plain too"
    assert [(remark.line, remark.level) for remark in playbook.remarks] == [(6, "ignored")]


def test_an_item_that_holds_steps_is_their_group() -> None:
    playbook = read("- Backend", "  - [ ] a", "- Frontend", "  - [ ] b", "- [ ] c")
    assert [(step.text, step.group) for step in playbook.steps] == [
        ("a", "Backend"),
        ("b", "Frontend"),
        ("c", ""),
    ]


def test_code_that_is_never_closed_is_a_problem() -> None:
    assert problems(read("- [ ] a", "", "```", "ls", "- [ ] swallowed")) == [3]
    assert problems(read("- [ ] a", "  ```", "  ls", "  ```")) == []


def test_prompts_on_some_lines_only_are_a_problem() -> None:
    playbook = read("- [ ] a", "  ```", "  $ ls", "  file.txt", "  ```")
    assert playbook.steps[0].commands == ("ls\nfile.txt",)
    assert problems(playbook) == [2]


def test_front_matter() -> None:
    playbook = read(
        "---",
        "severity: sev2",
        "cadence:",
        "  SEV1: 15m",
        "  SEV2: 1h",
        "links:",
        "  - Dashboard: https://d.example",
        "  - https://e.example",
        "  - {text: Wiki, url: https://w.example}",
        "fill: [service, region]",
        "keywords: [on, off, 10:30]",
        "layout: page",
        "---",
        "- [ ] a",
        "  ```",
        "  go {service} <region> {other}",
        "  ```",
    )
    assert playbook.severity == "SEV2"
    assert playbook.cadence == {"SEV1": 15, "SEV2": 60}
    assert [link.text for link in playbook.links] == ["Dashboard", "https://e.example", "Wiki"]
    assert playbook.fill == ("service", "region")
    assert playbook.keywords == ("on", "off", "10:30")
    assert [(it.line, it.level) for it in playbook.remarks] == [(12, "ignored"), (14, "ignored")]
    assert playbook.steps[0].line == 14


def test_one_cadence_for_every_severity() -> None:
    assert read("---", "cadence: 30m", "---", "- [ ] a").cadence == {"": 30}


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("severity: high", 2),
        ("title: x\nseverity: high", 3),
        ("cadence: often", 2),
        ("cadence: {SEV9: 5m}", 2),
        ("links: nowhere", 2),
        ("links: [[a]]", 2),
        ("fill: [two words]", 2),
        ("fill: {a: b}", 2),
        ("fill: [unused]", 2),
        ("keywords: {a: b}", 2),
        ("a: [", 2),
        ("a: b: c", 2),
        ("\tx", 2),
        ("just words", 1),
        pytest.param("- " * 5000, 1, id="nested too deeply"),
        ("a: \x07", 1),
    ],
)
def test_broken_front_matter_is_a_problem_and_the_steps_are_read_all_the_same(
    head: str, line: int
) -> None:
    playbook = parse(f"---\n{head}\n---\n# T\n- [ ] a\n", "test")
    assert [step.text for step in playbook.steps] == ["a"]
    assert problems(playbook) == [line]


def test_a_rule_at_the_top_is_not_front_matter() -> None:
    playbook = read("---", "", "# T", "- [ ] a")
    assert (playbook.title, len(playbook.steps)) == ("T", 1)
