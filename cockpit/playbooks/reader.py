"""One pass over a Markdown file's tokens: what each of them is in a playbook.

Whatever stands under a step belongs to it, up to the next step or heading; words above the first
step introduce the phase or the playbook. Nothing is refused: what was not understood becomes a
remark with its line.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING

from cockpit.playbooks import front_matter, hints, phases, remarks, words
from cockpit.playbooks.draft import PhaseDraft, StepDraft, finish
from cockpit.playbooks.markdown import is_task, line_of, read_tokens
from cockpit.playbooks.playbook import Level, Link, Playbook, Remark, When

if TYPE_CHECKING:
    from markdown_it.token import Token

NOT_COMMANDS = frozenset({"diff", "log", "mermaid", "output", "plaintext", "text", "txt"})
"""Code in these languages is shown, not copied."""

_ANSWER = re.compile(r"(yes|no)(?:\s*:\s*|,\s+|\s+[–—-]\s+|\Z)", re.I)
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.S)


class _List:
    def __init__(self, ordered: bool) -> None:
        self.ordered = ordered
        self.remarked = False


class _Item:
    """A list item that is open: what is written in it belongs to `step`."""

    def __init__(self, around: _Item | None = None) -> None:
        self.step: StepDraft | None = around.step if around else None
        self.when: When = around.when if around else ""
        self.branch: StepDraft | None = around.branch if around else None
        self.group: str = around.group if around else ""
        self.marker = ""
        """What its first words are shown with when it is no step: "• " or "2. "."""
        self.block: object = None
        """The outermost list of items that are no steps: their words are lines of one block."""


class Reader:
    def __init__(self, text: str) -> None:
        self.tokens = read_tokens(text)
        self.lines = text.split("\n")
        self.has_tasks = any(is_task(self.tokens, index) for index in range(len(self.tokens)))
        self.remarks: list[Remark] = []
        self.settings = front_matter.Settings()
        self.title = ""
        self.intro: list[str] = []
        self.links: list[Link] = []
        self.phases: list[PhaseDraft] = []
        self.last: StepDraft | None = None
        """The step above, while no heading stands between."""
        self.group = ""
        self.lists: list[_List] = []
        self.items: list[_Item] = []
        self.table: object = None
        self.block: object = None
        """The list or table that the newest kept words came from."""
        self.used: set[int] = set()
        """Indexes of inline tokens that already became a title, a step or a cell."""
        self.code_lines: set[int] = set()

    def read(self, name: str) -> Playbook:
        for index, token in enumerate(self.tokens):
            rule = _RULES.get(token.type)
            if rule is not None:
                rule(self, index, token)
        made = finish(self.phases)
        steps = [step for phase in self.phases for step in phase.steps]
        kept = {phase.line for phase in made}
        for phase in self.phases:
            if phase.line not in kept:
                self._remark(phase.line, f"“{phase.title[:60]}” has no steps: not shown", "ignored")
        settings = self.settings
        fill_line = next((n for n, line in enumerate(self.lines, 1) if line.startswith("fill")), 1)
        found = (
            *settings.remarks,
            *self.remarks,
            *remarks.unfinished(self.lines, {step.line for step in steps}, self.code_lines),
            *remarks.one_sided(steps),
            *remarks.unfilled(steps, settings.fill, fill_line),
        )
        return Playbook(
            name=name,
            title=self.title or settings.title or name,
            intro="\n\n".join(self.intro),
            phases=made,
            severity=settings.severity,
            cadence=settings.cadence,
            links=tuple(dict.fromkeys((*settings.links, *self.links))),
            fill=settings.fill,
            keywords=settings.keywords,
            remarks=tuple(sorted(found, key=lambda remark: remark.line)),
        )

    def _remark(self, line: int, text: str, level: Level = "problem") -> None:
        self.remarks.append(Remark(line, text, level))

    # -- rules, one for each kind of token ---------------------------------------------------

    def _front_matter(self, _: int, token: Token) -> None:
        self.settings = front_matter.settings(token.content)

    def _heading(self, index: int, token: Token) -> None:
        if token.level:  # inside a list or a quote it is words like any other
            return
        line = line_of(token)
        said = words.read(self.tokens[index + 1], line)
        title = said.any_words
        self.used.add(index + 1)
        self.links += said.links
        self.last, self.group = None, ""
        level = int(token.tag[1])
        number = phases.by_words(title)
        if level == 1 and not (self.title or self.phases or number):
            self.title = title
        elif not self.phases or number or level <= self.phases[-1].level:
            self.phases.append(PhaseDraft(title, line, level))
        else:
            self.group = title

    def _list(self, _: int, token: Token) -> None:
        self.lists.append(_List(token.type == "ordered_list_open"))

    def _list_end(self, _: int, __: Token) -> None:
        self.lists.pop()

    def _item(self, index: int, token: Token) -> None:
        around = self.items[-1] if self.items else None
        item = _Item(around)
        self.items.append(item)
        following = self.tokens[index + 1].type
        first = index + 2 if following in ("paragraph_open", "heading_open") else 0
        line = line_of(self.tokens[first]) if first else line_of(token)
        said = words.read(self.tokens[first], line, of_a_step=True) if first else words.NOTHING
        text = said.any_words or self._first_code(index)
        answered = self._answer(text, item)
        if not answered and not self._is_step(index):
            self._plain_item(index, first, text, item, around)
            return
        if answered:
            text = text[answered.end() :]
        self.used.add(first)
        if text:
            parent, item.step = item.step, self._begin(text, line, item)
            assert item.step.parent is parent
            self._take(item.step, said, with_text=False)
        elif not answered:  # "Yes:" alone is fine: its nested items are the steps
            self._remark(line, "a step without words: ignored")

    def _item_end(self, _: int, __: Token) -> None:
        self.items.pop()

    def _inline(self, index: int, token: Token) -> None:
        if index in self.used:
            return
        said = words.read(token, line_of(token))
        step = self._owner()
        if step is not None:
            self._take(step, said, with_text=True)
            return
        self._keep("\n".join(filter(None, (said.text, *said.commands, said.rest))))
        self.links += said.links
        for at, comment in said.comments:
            self._hints(comment, at, None)

    def _code(self, _: int, token: Token) -> None:
        line = line_of(token)
        if token.map:
            self.code_lines.update(range(token.map[0] + 1, token.map[1] + 1))
        if token.type == "fence" and not self._is_closed(token):
            self._remark(line, f"this code is never closed with “{token.markup}”")
        command, mixed = words.without_prompts(token.content)
        language = token.info.split()[0].lower() if token.info.split() else ""
        step = self._owner()
        if not command.strip():
            self._remark(line, "code without words", "ignored")
        elif language in NOT_COMMANDS or step is None:
            self._keep(token.content.rstrip())
            why = "stands under no step" if step is None else f"is marked “{language}”"
            self._remark(line, f"code that {why} is shown, not copied", "ignored")
        else:
            step.commands.append(command)
            if mixed:
                self._remark(line, "some lines begin with “$ ” and some do not; all are copied")

    def _html(self, _: int, token: Token) -> None:
        self._hints(token.content, line_of(token), self._owner())
        said = words.without_tags(_COMMENT.sub("", token.content))
        if said and self.items:
            self._keep(said)
        elif said:
            self._remark(line_of(token), "HTML is not read", "ignored")

    def _table(self, _: int, token: Token) -> None:
        self.table = token

    def _table_end(self, _: int, __: Token) -> None:
        self.table = None

    def _row(self, index: int, token: Token) -> None:
        cells: list[str] = []
        step = self._owner()
        for at in range(index, len(self.tokens)):
            cell = self.tokens[at]
            if cell.type == "tr_close":
                break
            if cell.type == "inline":
                said = words.read(cell, line_of(token))
                cells.append(said.any_words)
                self.used.add(at)
                (self.links if step is None else step.links).extend(said.links)
        self._keep(" | ".join(cells))

    # -- steps, and what belongs to them -----------------------------------------------------

    def _is_step(self, index: int) -> bool:
        return is_task(self.tokens, index) if self.has_tasks else self.lists[-1].ordered

    def _answer(self, text: str, item: _Item) -> re.Match[str] | None:
        """Whether the item is the "Yes:" or "No:" of the question that it is nested in."""
        question = item.step
        if question is None or item.branch is question or not question.text.endswith(("?", "？")):
            return None
        match = _ANSWER.match(text)
        if match is not None:
            item.when = "yes" if match[1].lower() == "yes" else "no"
            item.branch = question
            question.answers.add(item.when)
        return match

    def _plain_item(
        self, index: int, first: int, text: str, item: _Item, around: _Item | None
    ) -> None:
        """An item without a checkbox: the title of the steps nested in it, or words to show."""
        if self._holds_steps(index):
            item.group = text
            self.used.add(first)
            return
        nested = around is not None and around.block is not None
        item.block = around.block if around and nested else self.lists[-1]
        indent = "  " if nested else ""
        item.marker = indent + (f"{self.tokens[index].info}. " if self.lists[-1].ordered else "• ")
        if not self.lists[-1].remarked and not nested:
            self.lists[-1].remarked = True
            kind = "checkbox" if self.has_tasks else "number"
            where = "as help of the step above" if self._owner() else "as an introduction"
            self._remark(
                line_of(self.tokens[index]), f"an item without a {kind} is shown {where}", "ignored"
            )

    def _holds_steps(self, index: int) -> bool:
        """Whether steps are nested in the list item that opens at `index`."""
        level = self.tokens[index].level
        for at in range(index + 1, len(self.tokens)):
            token = self.tokens[at]
            if token.level == level:
                break
            if token.type == "ordered_list_open" and not self.has_tasks:
                return True
            if is_task(self.tokens, at):
                return True
        return False

    def _first_code(self, index: int) -> str:
        """A step that is only a command has the command's first line for its words."""
        token = self.tokens[index + 1]
        if token.type not in ("fence", "code_block"):
            return ""
        return words.tidy(words.without_prompts(token.content)[0].partition("\n")[0])

    def _begin(self, text: str, line: int, item: _Item) -> StepDraft:
        if not self.phases:
            self.phases.append(PhaseDraft("", line, 7))
        step = StepDraft(text, line, item.step, item.when, item.branch)
        step.group = item.group or self.group
        self.phases[-1].steps.append(step)
        self.last = step
        return step

    def _take(self, step: StepDraft, said: words.Paragraph, with_text: bool) -> None:
        step.commands += said.commands
        step.links += said.links
        self._keep("\n".join(filter(None, (said.text, said.rest))) if with_text else said.rest)
        for line, comment in said.comments:
            self._hints(comment, line, step)

    def _owner(self) -> StepDraft | None:
        return (self.items[-1].step if self.items else None) or self.last

    def _keep(self, text: str) -> None:
        """Words to show: the help of their step, or the introduction of phase or playbook."""
        if not text.strip():
            return
        step = self._owner()
        if step is not None:
            kept = step.help
        else:
            kept = self.phases[-1].intro if self.phases else self.intro
        item = self.items[-1] if self.items else _Item()
        block = item.block or self.table
        if kept and block is not None and block is self.block:
            kept[-1] += f"\n{item.marker}{text}"
        else:
            kept.append(item.marker + text)
        item.marker = " " * len(item.marker)
        self.block = block

    def _hints(self, html: str, line: int, step: StepDraft | None) -> None:
        for hint in hints.read(html, line):
            if hint.problem:
                self._remark(hint.line, hint.problem, "problem" if hint.known else "ignored")
            elif step is None:
                self._remark(hint.line, f"the hint “{hint.name}:” stands under no step: ignored")
            elif hint.name == "observe":
                step.observe = hint.value
            elif hint.name == "within":
                step.within = hints.seconds(hint.value)
            else:
                step.who = hint.value

    def _is_closed(self, fence: Token) -> bool:
        if not fence.map or fence.map[1] - fence.map[0] < 2 or fence.map[1] > len(self.lines):
            return False
        return self.lines[fence.map[1] - 1].lstrip(" \t>").startswith(fence.markup)


_RULES: dict[str, Callable[[Reader, int, Token], None]] = {
    "front_matter": Reader._front_matter,
    "heading_open": Reader._heading,
    "bullet_list_open": Reader._list,
    "ordered_list_open": Reader._list,
    "bullet_list_close": Reader._list_end,
    "ordered_list_close": Reader._list_end,
    "list_item_open": Reader._item,
    "list_item_close": Reader._item_end,
    "inline": Reader._inline,
    "fence": Reader._code,
    "code_block": Reader._code,
    "html_block": Reader._html,
    "table_open": Reader._table,
    "table_close": Reader._table_end,
    "tr_open": Reader._row,
}
"""Other kinds of token (quotes, paragraphs, rules) only hold these."""
