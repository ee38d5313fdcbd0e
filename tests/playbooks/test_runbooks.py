"""Runbooks such as teams have them, read as they are."""

from __future__ import annotations

from cockpit.playbooks.compose import compose
from cockpit.playbooks.parse import parse, understand
from cockpit.playbooks.playbook import Playbook, Remark


def of_level(playbook: Playbook, level: str) -> list[Remark]:
    return [remark for remark in playbook.remarks if remark.level == level]


GITHUB = """\
<p align="center"><img src="logo.png" width="80"></p>

# Payments API: on-call runbook

[![build](https://ci.example/badge.svg)](https://ci.example) Owner: **@payments-team**

| Alert | Severity | Dashboard |
|-------|----------|-----------|
| `PaymentErrorsHigh` | page | [Grafana](https://grafana.example/d/pay) |

<details>
<summary>Architecture</summary>

![diagram](docs/arch.png)

</details>

## Before you start

You need `kubectl` and VPN access. See [access](docs/access.md).

## Triage

- [ ] Acknowledge the page in PagerDuty
- [ ] Check the [dashboard](https://grafana.example/d/pay) <!-- observe: error rate -->
  - Is it one region or all of them?
  - Is it one card type?
- [x] Check [the provider's status](https://status.provider.example)

## Mitigation

### Roll back

- [ ] Find the last good version

  ```console
  $ kubectl -n pay rollout history deploy/payments
  ```
- [ ] Roll back
  ```bash
  kubectl -n pay rollout undo deploy/payments
  kubectl -n pay get pods -o jsonpath='{.items[0].metadata.name}'
  ```
  > **Note**
  > Takes about two minutes.

### Shed load

- [ ] Turn on the waiting room: `$ ops waiting-room on`

---

## Escalation

Page **@payments-lead** after 30 minutes: <https://pager.example/payments>.
"""


def test_a_runbook_on_github() -> None:
    playbook = parse(GITHUB, "payments")
    assert playbook.title == "Payments API: on-call runbook"
    assert [(phase.title, len(phase.steps)) for phase in playbook.phases] == [
        ("Triage", 3),
        ("Mitigation", 3),
    ]
    assert [step.text for step in playbook.steps] == [
        "Acknowledge the page in PagerDuty",
        "Check the dashboard",
        "Check the provider's status",
        "Find the last good version",
        "Roll back",
        "Turn on the waiting room: ops waiting-room on",
    ]
    check, back = playbook.steps[1], playbook.steps[4]
    assert check.observe == "error rate"
    assert check.help == "• Is it one region or all of them?\n• Is it one card type?"
    assert back.group == "Roll back"
    assert back.commands == (
        "kubectl -n pay rollout undo deploy/payments\n"
        "kubectl -n pay get pods -o jsonpath='{.items[0].metadata.name}'",
    )
    assert back.help == "Note Takes about two minutes."
    assert playbook.steps[3].commands == ("kubectl -n pay rollout history deploy/payments",)
    assert playbook.steps[5].commands == ("ops waiting-room on",)
    assert "https://pager.example/payments" in [link.url for link in playbook.links]
    assert of_level(playbook, "problem") == []


NUMBERED = """\
Restarting the search cluster
=============================

Only with two people.

1. Stop the indexer:

   ```
   systemctl stop indexer
   ```

2. Disable shard allocation
```
curl -XPUT localhost:9200/_cluster/settings -d '{"transient":{"x":"none"}}'
```
3. For each node:
   1. Restart it.
   2. Wait for it to join.
      - look at `/_cat/nodes`

4. Is the cluster green?
   - Yes: enable allocation again
   - No: call the search team

Done.
"""


def test_a_numbered_list() -> None:
    playbook = parse(NUMBERED, "search")
    assert playbook.title == "Restarting the search cluster"
    assert [(step.text, step.depth, step.when) for step in playbook.steps] == [
        ("Stop the indexer:", 0, ""),
        ("Disable shard allocation", 0, ""),
        ("For each node:", 0, ""),
        ("Restart it.", 1, ""),
        ("Wait for it to join.", 1, ""),
        ("Is the cluster green?", 0, ""),
        ("enable allocation again", 1, "yes"),
        ("call the search team", 1, "no"),
    ]
    assert playbook.steps[0].commands == ("systemctl stop indexer",)
    assert playbook.steps[1].commands == (
        """curl -XPUT localhost:9200/_cluster/settings -d '{"transient":{"x":"none"}}'""",
    )
    assert playbook.steps[4].help == "• look at /_cat/nodes"
    assert of_level(playbook, "problem") == []


def test_windows_line_ends_change_nothing() -> None:
    for text in (GITHUB, NUMBERED):
        windows = text.replace("\n", "\r\n").encode("utf-8-sig")
        assert understand(windows, "same") == parse(text, "same")


GERMAN = """\
# Störung: Anmeldung geht nicht

## Phase 1: Zugeben
- [ ] Im Kanal „Störungen“ melden
## Phase 2: Hilfe holen
- [ ] Größe des Schadens klären
## Phase 3: Eindämmen
- [ ] Zurückrollen?
  - [ ] Yes: Vorherige Version ausrollen
  - [ ] No: Funktion abschalten
## Phase 4: Lernen
- [ ] Bericht schreiben
## Phase 5: Loslassen
- [ ] Danke sagen
"""

JAPANESE = """\
# 障害対応

## 復旧

- [ ] サーバを再起動する
- [ ] ログを確認する
- [ ] 安全ですか？
  - Yes: 続ける
  - No: 止める
"""


def test_german() -> None:
    playbook = parse(GERMAN, "anmeldung")
    assert playbook.has_five_phases
    assert [step.slug for step in playbook.steps][:4] == [
        "im-kanal-storungen-melden",
        "grosse-des-schadens-klaren",
        "zuruckrollen",
        "vorherige-version-ausrollen",
    ]
    assert compose([playbook]).steps == playbook.steps


def test_japanese() -> None:
    playbook = parse(JAPANESE, "shougai")
    assert [step.slug for step in playbook.steps] == [
        "サーバを再起動する",
        "ログを確認する",
        "安全ですか",
        "続ける",
        "止める",
    ]
    assert playbook.steps[2].question


def test_front_matter_of_jekyll() -> None:
    playbook = parse(
        "---\nlayout: runbook\ntitle: Database full\ndate: 2026-13-45 10:30\n"
        "tags: [db, on-call]\npermalink: /db/\n---\n{% include warn.html %}\n\n- [ ] Free space\n",
        "db",
    )
    assert playbook.title == "Database full"
    assert [step.text for step in playbook.steps] == ["Free space"]
    assert [remark.line for remark in of_level(playbook, "ignored")] == [2, 4, 5, 6]
    assert of_level(playbook, "problem") == []


def test_front_matter_of_hugo_in_toml() -> None:
    playbook = parse('+++\ntitle = "x"\n+++\n\n# Cache\n\n- [ ] Flush it\n', "cache")
    assert (playbook.title, playbook.intro, playbook.steps[0].line) == ("Cache", "", 7)
    assert [(remark.line, remark.level) for remark in playbook.remarks] == [(1, "ignored")]


def test_two_hundred_steps() -> None:
    text = "# Long\n" + "".join(
        f"## Part {part}\n" + "".join(f"- [ ] Do thing {part}.{n}\n" for n in range(20))
        for part in range(10)
    )
    whole = compose([parse(text, "long")])
    assert len(whole.phases[2].steps) == len({step.slug for step in whole.steps}) == 200
    assert whole.phases[2].steps[-1].group == "Part 9"
