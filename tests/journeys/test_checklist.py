"""Working the checklist with the keys of the table."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.journeys.conftest import entries, kinds
from tests.journeys.terminal import Terminal

Declared = Callable[..., Terminal]

PLAYBOOK = """---
fill: [namespace]
---

# Try-out

## 1. Own it

- [ ] Say it

## 2. Don't isolate yourself

- [ ] Name one person

## 3. Contain the damage

- [ ] Is it safe to roll back?
  - [ ] Yes: roll back
  - [ ] No: switch the feature off
- [ ] Check the errors <!-- observe: error rate -->

  Look at the dashboard.

  ```
  kubectl get pods -n {namespace}
  ```

## 4. Share what you've learned

- [ ] Write it down

## 5. Move on

- [ ] Thank them
"""


def own_playbook(home: Path) -> None:
    folder = home / "playbooks"
    folder.mkdir()
    (folder / "try-out.md").write_text(PLAYBOOK)


def test_tick_and_untick(declared: Declared, home: Path) -> None:
    own_playbook(home)
    term = declared("--playbook", "try-out")
    term.wait_for(r"1 Own it +0/1")
    term.send("space")
    term.wait_for("Done: Say it")
    term.wait_for(r"✓ 1 Own it +1/1")
    term.wait_for(r"next: Name one person")
    term.send("u")
    term.wait_for(r"1 Own it +0/1")
    term.wait_for("undone: done: Say it")
    term.send("U")
    term.wait_for(r"1 Own it +1/1")
    assert kinds(home)[2:] == ["ticked", "undone", "undone"]


def test_observed_value_branch_skip_and_take(declared: Declared, home: Path) -> None:
    own_playbook(home)
    term = declared("--playbook", "try-out")
    term.send("space")
    term.wait_for("next: Name one person")
    term.send("a", "ana", "enter")
    term.wait_for("in progress: ana")
    term.send("s", "enter")
    term.wait_for("needs a reason")
    term.type_text("nobody is awake")
    term.send("enter")
    term.wait_for(r"next: Is it safe to roll back\?")
    term.send("space")
    term.wait_for(r"y +yes")
    term.send("y")
    term.wait_for("next: roll back")
    term.wait_gone("switch the feature off")
    term.send("space")
    term.wait_for("next: Check the errors")
    term.send("space")
    term.wait_for("error rate?")
    term.type_text("0.2 %")
    term.send("enter")
    term.wait_for(r"Check the errors; saw")
    assert kinds(home)[2:] == ["ticked", "taken", "skipped", "answered", "ticked", "ticked"]
    assert entries(home)[3]["by"] == "ana"
    assert entries(home)[-1]["observed"] == "0.2 %"


def test_add_a_step(declared: Declared, home: Path) -> None:
    term = declared()
    term.send("A")
    term.type_text("Tell the night shift")
    term.send("enter")
    term.wait_for("□ Tell the night shift")
    assert entries(home)[-1]["text"] == "Tell the night shift"


def test_swap_a_playbook_and_keep_the_ticks(declared: Declared, home: Path) -> None:
    term = declared()
    term.send("space")
    term.wait_for(r"1 Own it +1/")
    term.send("P")
    term.wait_for("enter chooses")
    term.wait_for("misconfiguration")
    term.send("end", "enter")
    term.wait_for("swap: in place of")
    term.send("s")
    term.wait_for("keep their ticks")
    term.wait_for(r"1 Own it +1/")
    assert kinds(home)[-1] == "playbook-swapped"


def test_see_fill_and_copy_a_command(declared: Declared, home: Path) -> None:
    own_playbook(home)
    term = declared("--playbook", "try-out")
    for key in ("space", "space", "space", "y", "space"):  # up to the step with the command
        term.send(key)
    term.wait_for("next: Check the errors")
    before = len(term.clipboard)
    term.send("c")
    term.wait_for("namespace[?]")
    term.type_text("shop front")
    term.send("enter")
    term.wait_for("kubectl get pods -n 'shop front'")
    term.wait_for("command, 1 line")
    term.send("y")
    term.wait_until(lambda: len(term.clipboard) > before, "the command on the clipboard")
    assert term.clipboard[-1] == "kubectl get pods -n 'shop front'"


def test_contained_is_one_key(declared: Declared, home: Path) -> None:
    term = declared()
    term.wait_for(r"still spreading\?")
    term.send("C")
    term.wait_for("contained after")
    term.send("x", "y")
    term.wait_for(r"still spreading\? yes")
    term.wait_for(r"still spreading\? asked in")
    assert kinds(home)[-2:] == ["contained", "spread-checked"]


def test_a_key_that_cannot_act_says_why(declared: Declared) -> None:
    term = declared()
    term.send("2", "s")
    term.wait_for("1 goes to the checklist")
    term.send("1", "e")
    term.wait_for("e edits an entry")
    term.send("X")
    term.wait_for("still investigating")
    term.send("U")
    term.wait_for("Nothing to redo")
