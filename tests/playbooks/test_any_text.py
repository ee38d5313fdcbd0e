"""Reading never fails, whatever the text."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cockpit.playbooks.compose import compose
from cockpit.playbooks.explain import explain
from cockpit.playbooks.front_matter import front_matter
from cockpit.playbooks.parse import PlaybookError, parse, understand
from cockpit.playbooks.playbook import PHASES
from cockpit.playbooks.slugs import slug
from cockpit.playbooks.suggest import card

# fmt: off
FRAGMENTS = st.sampled_from([
    "- [ ] ", "- [x] ", "* ", "1. ", "2) ", "  ", "    ", "\t", "# ", "## ", "### ", "> ", "```",
    "~~~", "```sh", "`", "$ ", "<!-- observe: x -->", "<!--", "-->", "<div>", "</div>",
    "<service>", "{a}", "[", "](", "](http://x)", "![", "x", "Yes: ", "No: ", "Yes:", "?", "\\",
    "&#0;", "&#99999999;", "*", "_", "---", "...", "+++", "fill: [a]", "links: {a: b}",
    "cadence: {SEV1: 5m}", "{[a]: b}", "key: &a [*a]", "!!python/object:x", "<http://a>",
    "[x]: /u", "===", "[ ] ", "-[ ] ", "- []", "1. Own it", "## Contain", "Move on", "a: b",
])
# fmt: on
ODD = st.sampled_from(
    ["\n", "\n\n", "\r", "\r\n", "\0", "\x1b", "\u202e", "\ufeff", "\u2028", "日本"]
)
TABLE = st.sampled_from(["|a|b|\n|--|--|\n|1|2|\n", "| a \n|---\n"])
MARKDOWN = st.lists(st.one_of(FRAGMENTS, ODD, TABLE), max_size=40).map("".join)
ANY = st.one_of(MARKDOWN, st.text(max_size=200), st.text(st.characters(codec=None), max_size=50))


@given(ANY)
@settings(max_examples=400, deadline=None)
def test_reading_and_explaining_any_text(text: str) -> None:
    playbook = parse(text, "any")
    slugs = [step.slug for step in playbook.steps]
    assert len(set(slugs)) == len(slugs)
    assert all(step.text.strip() and "\n" not in step.text for step in playbook.steps)
    assert all(step.parent in slugs for step in playbook.steps if step.parent)
    assert all(playbook.step(step.branch).question for step in playbook.steps if step.when)  # type: ignore[union-attr]
    assert explain(playbook)
    assert card("any", text)


@given(st.one_of(st.binary(max_size=200), MARKDOWN.map(lambda text: text.encode())))
@settings(deadline=None)
def test_any_bytes_are_understood_or_refused_in_words(data: bytes) -> None:
    try:
        understood = bool(understand(data, "any").steps)
    except PlaybookError as error:
        understood = str(error).startswith("any ")
    assert understood


@given(MARKDOWN, MARKDOWN)
@settings(max_examples=200, deadline=None)
def test_any_two_playbooks_make_one_of_five_phases_with_every_step(one: str, two: str) -> None:
    parts = [parse(one, "one"), parse(two, "two")]
    whole = compose(parts)
    assert tuple(phase.title for phase in whole.phases) == PHASES
    slugs = [step.slug for step in whole.steps]
    assert len(set(slugs)) == len(slugs)
    assert {step.slug for step in parts[0].steps} <= set(slugs) or parts[0].has_five_phases
    words = {step.text for step in whole.steps}
    kept = [*parts[1].steps] if parts[0].has_five_phases else [*parts[0].steps, *parts[1].steps]
    # The same step of both appears once, in the first one's words: "Stop" and "stop!" are one.
    folded = {slug_words(text) for text in words}
    assert all(slug_words(step.text) in folded for step in kept)
    assert all(step.parent in slugs for step in whole.steps if step.parent)


def slug_words(text: str) -> str:
    return slug(text) or text


HEAD_LINES = st.lists(
    st.sampled_from(["keywords: [a]", "fill: x", "---", "...", "----", "", " ---", "a:", "text"]),
    max_size=8,
)


@given(HEAD_LINES, st.sampled_from(["---", "----", "--", "--- "]))
@settings(deadline=None)
def test_the_quick_look_at_the_head_agrees_with_the_full_reading(
    lines: list[str], first: str
) -> None:
    text = "\n".join([first, *lines, "", "- [ ] a", ""])
    quick = front_matter(text).get("keywords", [])
    assert tuple(quick) == parse(text, "any").keywords
