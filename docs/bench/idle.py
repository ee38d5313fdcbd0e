"""What an open cockpit costs while nobody touches it, and whether its clock makes it grow.

    python docs/bench/idle.py

CPU and memory of the whole program with the clock running, beside the smallest Textual app; then
the handler of the clock, 10,000 times in this process.
"""

from __future__ import annotations

import asyncio
import gc
import os
import time
import tracemalloc
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

from measure import (
    CHECKLIST_DRAWN,
    COCKPIT,
    COLS,
    ME,
    ROWS,
    SETTLED,
    SMALLEST_FRAME,
    Program,
    begin,
    environment,
    make_incident,
    resident,
    smallest_app,
)

from cockpit.paths import find_paths
from cockpit.settings import resolve
from cockpit.store.incident_file import IncidentFile
from cockpit.ui.app import CockpitApp
