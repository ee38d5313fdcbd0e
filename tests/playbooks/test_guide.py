"""The guide for writing playbooks tells the truth."""

from __future__ import annotations

import re
from pathlib import Path

from cockpit.incident.entries import FACTS
from cockpit.playbooks.compose import compose
from cockpit.playbooks.front_matter import KEYS
from cockpit.playbooks.hints import HINTS
from cockpit.playbooks.parse import parse, understand

GUIDE = (Path(__file__).parents[2] / "docs" / "playbooks.md").read_text("utf-8")


def fences(marks: str) -> list[str]:
    return re.findall(rf"^{marks}markdown\n(.*?)^{marks}$", GUIDE, re.M | re.S)


def test_the_whole_example_is_read_as_it_is_meant() -> None:
    (text,) = fences("````")
    playbook = understand(text.encode(), "payments.md")
    assert playbook.title == "Payments fail"
    assert playbook.keywords == ("payments", "checkout", "card declined")
    assert [link.text for link in playbook.links] == ["Dashboard"]
    stop, question, yes, no, watch, tell = playbook.steps
    assert stop.text == "Stop the payment deploys"
    assert question.question
    assert question.within == 300
    assert [link.text for link in question.links] == ["the bank's status page"]
    assert (yes.when, yes.commands) == ("yes", ("ops/switch-provider --region {region}",))
    assert (no.when, no.text) == ("no", "roll back the payment service")
    assert (watch.observe, watch.help) == ("success rate", "Above 97 % is normal at night too.")
    assert tell.who == "comms"
    assert playbook.remarks == ()
    assert compose([playbook]).phases[2].steps[0].group == "Keep payments going"


def test_the_example_of_a_question() -> None:
    (text,) = fences("```")
    steps = parse(text, "question").steps
    assert [(step.text, step.when) for step in steps] == [
        ("Is it safe to roll back?", ""),
        ("Roll back the service", "yes"),
        ("Empty the cache", "yes"),
        ("switch the feature off", "no"),
    ]


def test_every_hint_key_and_fact_is_in_the_guide() -> None:
    for hint in HINTS:
        assert f"`<!-- {hint}: " in GUIDE
    for name in (*KEYS, *FACTS):
        assert f"`{name}`" in GUIDE
