"""What a test needs from the machine it runs on."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest


def needs(tool: str, why: str = "") -> str:
    """The path of a program, looked for in PATH and where servers are installed.

    Without it the test is skipped, and says what to install; with CI=true it fails instead, so
    that a run that counts can't leave a test out unseen.
    """
    found = shutil.which(tool) or shutil.which(tool, path="/usr/sbin:/usr/local/sbin:/sbin")
    if found is not None:
        return str(Path(found))
    reason = f"{tool} is not installed" + (f" ({why})" if why else "")
    if os.environ.get("CI") == "true":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)
