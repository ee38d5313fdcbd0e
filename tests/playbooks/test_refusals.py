"""Files that can't be playbooks: the sentence names the file, the place, and what to do."""

from __future__ import annotations

import pytest

from cockpit.playbooks.parse import PlaybookError, understand


def refusal(data: bytes) -> str:
    with pytest.raises(PlaybookError) as caught:
        understand(data, "deploy.md")
    message = str(caught.value)
    assert message.startswith("deploy.md ")
    return message


def test_too_large() -> None:
    assert "is 5.0 MB; a playbook may have 1 MiB" in refusal(b"- [ ] a\n" * (5 * 128 * 1024))


def test_one_byte_too_large_does_not_look_as_if_it_fitted() -> None:
    assert "is 1.1 MB; a playbook may have 1 MiB" in refusal(b"a" * (1024 * 1024 + 1))


def test_not_utf8_names_line_and_byte() -> None:
    assert "0xE9 in line 2 (byte 14)" in refusal(b"# Title\n- caf\xe9\n")


def test_utf16_is_named() -> None:
    assert "UTF-16" in refusal("- [ ] a".encode("utf-16"))


def test_binary_names_line_and_byte() -> None:
    assert "zero byte in line 2 (byte 6)" in refusal(b"\x7fELF\n\x00\x01")


@pytest.mark.parametrize("data", [b"", b" \n\t\n", b"\xef\xbb\xbf\n"])
def test_empty(data: bytes) -> None:
    assert "is empty" in refusal(data)
    assert "- [ ]" in refusal(data)


def test_without_steps() -> None:
    assert "has no steps" in refusal(b"# Title\n\nWords.\n")


def test_without_steps_the_first_problem_is_named() -> None:
    assert "Line 3: looks like a step" in refusal(b"# Title\n\n-[ ] roll back\n")


def test_what_can_be_a_playbook_is_read() -> None:
    assert understand(b"\xef\xbb\xbf# T\r\n\r\n- [ ] a\r\n", "x.md").title == "T"
