"""A program that copies once, as the cockpit would, and writes down what came of it.

    python copier.py TEXT KEEP RESULT [stay]

TEXT may be @FILE. RESULT gets the outcome as JSON. With "stay" it lives on until its terminal
goes away.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path

from cockpit.delivery.clipboard import copy, terminal_writer


def main(text: str, keep: str, result: str, *rest: str) -> None:
    if text.startswith("@"):
        text = Path(text[1:]).read_text()
    outcome = copy(
        text,
        what="customers update",
        keep=Path(keep),
        environ=os.environ,
        osc52=terminal_writer(),
    )
    part = Path(result).with_suffix(".part")
    part.write_text(
        json.dumps(
            {
                "certainty": outcome.certainty,
                "route": outcome.route,
                "said": outcome.said,
                "fix": outcome.fix,
            }
        )
    )
    part.rename(result)
    if "stay" in rest:
        print("copied", flush=True)
        signal.pause()


main(*sys.argv[1:])
