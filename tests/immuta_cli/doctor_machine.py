"""A machine of the test's own for the doctor: empty home, empty PATH, stub programs, no settings."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_FOREIGN = ("TF_", "TERRAFORM_", "IMMUTA_", "JSII_", "XDG_")


class Machine:
    """Where the checks of this process look, from now on until the test ends."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.bin = folder / "bin"
        self.home = folder / "home"
        self._monkeypatch = monkeypatch
        for name in [name for name in os.environ if name.startswith(_FOREIGN)]:
            monkeypatch.delenv(name)
        self.bin.mkdir()
        self.home.mkdir()
        # Folders of the whole machine are not the test's.
        self.set(HOME=self.home, PATH=f"{self.bin}", XDG_DATA_DIRS=folder / "share")
        monkeypatch.chdir(folder)

    def set(self, **variables: str | Path) -> None:
        for name, value in variables.items():
            self._monkeypatch.setenv(name, str(value))

    def unset(self, name: str) -> None:
        self._monkeypatch.delenv(name)

    def program(self, name: str, script: str) -> Path:
        """A program on PATH that runs the shell script `script`."""
        file = self.bin / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        return file
