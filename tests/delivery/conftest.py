"""The machinery of a clipboard, for real: displays, tmux servers, an ssh server."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from cockpit.delivery.clipboard import Outcome, copy
from tests.journeys.terminal import Terminal
from tests.needs import needs
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
COPIER = Path(__file__).with_name("copier.py")
FEATURES = "#{client_name}|#{client_termname}|#{client_termfeatures}"


@dataclass(frozen=True)
class Result:
    """What the copier wrote down."""

    certainty: str
    route: str
    said: str
    fix: str


@dataclass(frozen=True)
class Desk:
    """A person's place: where the text is kept, and the environment they work in."""

    folder: Path

    @property
    def keep(self) -> Path:
        return self.folder / "state" / "clipboard.txt"

    @property
    def result(self) -> Path:
        return self.folder / "result.json"

    def environ(self, *tools: str, **more: str) -> dict[str, str]:
        """An environment in which these programs are all there is on PATH."""
        folder = self.folder / "bin"
        folder.mkdir(exist_ok=True)
        for name in tools:
            (folder / name).symlink_to(needs(name))
        return {"PATH": str(folder), "HOME": str(self.folder / "home"), **more}

    def fake(self, name: str, script: str) -> None:
        """Put a shell script on the PATH of `environ`."""
        folder = self.folder / "bin"
        folder.mkdir(exist_ok=True)
        path = folder / name
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)

    def copy(
        self, text: str, environ: Mapping[str, str], *, terminal: list[str] | None = None
    ) -> Outcome:
        """Copy here and now; `terminal` collects what is written to it, None is no terminal."""
        return copy(
            text,
            what="customers update",
            keep=self.keep,
            environ=environ,
            osc52=None if terminal is None else terminal.append,
        )

    def copier(self, text: str, *rest: str) -> list[str]:
        """The command line of a program that copies."""
        return [sys.executable, str(COPIER), text, str(self.keep), str(self.result), *rest]

    def outcome(self) -> Result:
        """What the copier wrote down, once it has."""
        wait_until(self.result.exists, f"{self.result} is written")
        result = Result(**json.loads(self.result.read_text()))
        self.result.unlink()
        return result


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


@pytest.fixture(scope="session")
def xvfb() -> Iterator[str]:
    """A living X display, with TCP as well: ":N"."""
    server = needs("Xvfb")
    ours, theirs = os.pipe()
    process = subprocess.Popen(
        [server, "-displayfd", str(theirs), "-ac", "-noreset", "-listen", "tcp"],
        pass_fds=[theirs],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(theirs)
    try:
        with os.fdopen(ours) as answer:
            number = answer.readline().strip()
        assert number, "Xvfb did not start"
        yield f":{number}"
    finally:
        process.terminate()
        process.wait()


@pytest.fixture
def hanging_display() -> Iterator[str]:
    """A display that accepts connections and never says a word."""
    with ExitStack() as stack:
        for number in range(200, 400):
            server = stack.enter_context(socket.socket())
            try:
                server.bind(("127.0.0.1", 6000 + number))
            except OSError:
                continue
            server.listen()
            yield f"127.0.0.1:{number}"
            return
        pytest.fail("no free port for a display")


@pytest.fixture
def sway() -> Iterator[dict[str, str]]:
    """A living Wayland display on a compositor without a screen: the variables that name it."""
    compositor = needs("sway", "a Wayland compositor that runs without a screen")
    with tempfile.TemporaryDirectory(prefix="wayland-") as name:
        runtime = Path(name)
        config = runtime / "config"
        config.write_text("xwayland disable\n")
        person: dict[str, Any] = {}
        if os.getuid() == 0:  # which sway refuses to run as
            person = {"user": "nobody", "group": "nogroup", "extra_groups": []}
            shutil.chown(runtime, "nobody")
            runtime.chmod(0o711)
            config.chmod(0o644)
        process = subprocess.Popen(
            [compositor, "--config", str(config)],
            env={
                "PATH": os.environ["PATH"],
                "XDG_RUNTIME_DIR": name,
                "WLR_BACKENDS": "headless",
                "WLR_RENDERER": "pixman",
                "WLR_LIBINPUT_NO_DEVICES": "1",
            },
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **person,
        )
        try:
            wait_until(
                lambda: list(runtime.glob("wayland-?")) or process.poll() is not None,
                "sway has a display",
            )
            assert process.poll() is None, "sway did not start"
            display = next(runtime.glob("wayland-?")).name
            yield {"XDG_RUNTIME_DIR": name, "WAYLAND_DISPLAY": display}
        finally:
            process.terminate()
            process.wait()


class Tmux:
    """A tmux server of its own, with windows in which copiers run."""

    def __init__(self, desk: Desk) -> None:
        needs("tmux")
        self.name = f"clipboard-{uuid.uuid4().hex[:12]}"
        self.desk = desk
        self.start = ["tmux", "-L", self.name, "-f", "/dev/null", "new-session", "-s", "work"]
        self.attach = ["tmux", "-L", self.name, "attach", "-t", "work"]

    def __call__(self, *command: str) -> str:
        return subprocess.run(
            ["tmux", "-L", self.name, *command],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
            env=_without_outside(),
        ).stdout

    def clients(self) -> list[str]:
        try:
            return self("list-clients", "-F", FEATURES).splitlines()
        except subprocess.CalledProcessError:
            return []

    def wait_for_clients(self, count: int) -> None:
        wait_until(lambda: len(self.clients()) == count, f"{count} clients at tmux")

    def copy(self, text: str, **environ: str) -> Result:
        """Run the copier in a new window, as a program in tmux runs; what came of it."""
        settings = [f"PYTHONPATH={ROOT}", *(f"{name}={value}" for name, value in environ.items())]
        options = [part for setting in settings for part in ("-e", setting)]
        self("new-window", "-d", *options, *self.desk.copier(text))
        return self.desk.outcome()

    def kill(self) -> None:
        subprocess.run(
            ["tmux", "-L", self.name, "kill-server"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        with suppress(OSError):
            Path(f"/tmp/tmux-{os.getuid()}", self.name).unlink()

    @contextmanager
    def session(self, *, term: str = "xterm-256color", **settings: str) -> Iterator[Terminal]:
        """A person's terminal with the session in it; server options can be set first."""
        commands = ["start-server"]
        for option, value in settings.items():
            commands += [";", "set", "-s", option.replace("_", "-"), value]
        command = ["tmux", "-L", self.name, "-f", "/dev/null", *commands]
        command += [";", "new-session", "-s", "work", "sh"]
        with Terminal(command, env={"TERM": term}) as terminal:
            self.wait_for_clients(1)
            yield terminal


def _without_outside() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name not in ("TMUX", "TMUX_PANE")}


@pytest.fixture
def tmux(desk: Desk) -> Iterator[Tmux]:
    server = Tmux(desk)
    yield server
    server.kill()


@dataclass(frozen=True)
class Ssh:
    """How to reach this machine as if it were another one."""

    command: tuple[str, ...]

    def run(self, *remote: str, **environ: str) -> list[str]:
        """The command line that runs `remote` on a terminal over there."""
        settings = [f"{name}={value}" for name, value in environ.items()]
        return [*self.command, "env", f"PYTHONPATH={ROOT}", *settings, *remote]


@pytest.fixture
def ssh(tmp_path: Path) -> Iterator[Ssh]:
    """An sshd on a port of the loopback, with keys of its own."""
    sshd, _, keygen = needs("sshd"), needs("ssh"), needs("ssh-keygen")
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    folder = tmp_path / "ssh"
    folder.mkdir(mode=0o700)
    for name in ("host", "person"):
        subprocess.run(
            [keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True
        )
    shutil.copy(folder / "person.pub", folder / "authorized")
    config = folder / "config"
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config.write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder / 'host'}\nPidFile none\n"
        f"AuthorizedKeysFile {folder / 'authorized'}\nStrictModes no\nUsePAM no\n"
        "PermitRootLogin yes\nPasswordAuthentication no\nPrintMotd no\n"
    )
    log = folder / "log"
    process = subprocess.Popen([sshd, "-D", "-f", str(config), "-E", str(log)])
    try:
        wait_until(
            lambda: log.exists() and ("listening on" in log.read_text() or process.poll()),
            "sshd listens",
        )
        assert process.poll() is None, log.read_text()
        yield Ssh(
            (
                "ssh", "-tt", "-q", "-F", "none", "-i", str(folder / "person"), "-p", str(port),
                "-o", "IdentitiesOnly=yes", "-o", "IdentityAgent=none",
                "-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null",
                "127.0.0.1",
            )
        )  # fmt: skip
    finally:
        process.terminate()
        process.wait()
