"""What `cockpit playbooks check` says of a file."""

from __future__ import annotations

from cockpit.playbooks.explain import explain
from cockpit.playbooks.parse import parse

TEXT = """\
---
severity: SEV2
cadence: {SEV1: 15m}
layout: x
---
# Payments

## Restart
- [ ] Is it safe? <!-- within: 90s -->
  - Yes: go <!-- observe: error rate -->

    Careful.

    ```
    one
    two
    ```
  - No: stay <!-- within: soon -->
"""


def test_each_line_that_means_something_is_explained_in_order() -> None:
    assert explain(parse(TEXT, "payments")) == [
        "Payments: 1 phase, 3 steps",
        "       severity  SEV2",
        "       cadence   SEV1: an update every 15 min",
        "    4  ignored   “layout” is not a setting of a playbook",
        "    8  phase     Restart",
        "    9  question  Is it safe?  [is-it-safe] · within: 1 min 30 s",
        "   10  step        Yes: go  [go] · 1 command (2 lines) · observe: error rate · help",
        "   18  step        No: stay  [stay]",
        "   18  PROBLEM   “soon” is not a time span; write 10m, 90s or 1h 30m",
        "It does not have the five phases. What is not under one of their headings takes the place "
        "of phase 3, “Contain the damage”, in the playbook that it is added to.",
        "1 problem, 1 ignored.",
    ]


def test_a_file_without_steps_is_told_how_to_write_them() -> None:
    lines = explain(parse("# T\n\nWords.\n", "t"))
    assert "It has no steps: write them as “- [ ] …”, or as a numbered list." in lines


def test_the_five_phases_are_named() -> None:
    lines = explain(parse("## 3. Contain\n- [ ] a\n", "t"))
    assert "    1  phase 3   Contain the damage" in lines


def test_an_answer_that_is_missing_is_noted_not_a_problem() -> None:
    lines = explain(parse("- [ ] Safe?\n  - Yes: go\n", "t"))
    assert "    1  note      only the answer “yes” has steps" in lines
    assert lines[-1] == "0 problems, 0 ignored."
