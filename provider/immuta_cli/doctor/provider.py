"""The provider where Terraform looks for it: the configuration, the folders that it names, and the file in them."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path

from immuta_cli import mirror
from immuta_cli.doctor.finding import Finding, ok, problem, warning
from immuta_cli.doctor.programs import ask, spelled, version_in

_BLOCK = re.compile(r"\bfilesystem_mirror\s*\{[^}]*?\bpath\s*=\s*(\"(?:[^\"\\]|\\.)*\")")
_OVERRIDE = re.compile(r"\bdev_overrides\s*\{[^}]*" + re.escape(f'"{mirror.ADDRESS}"'))
# What the provider says when it is started by hand.
_SAID = re.compile(r"This is the Terraform provider immuta (?P<release>\S+)\.(?=\s|$)", re.MULTILINE)
_COMMENT = re.compile(r"^\s*(#|//).*$", re.MULTILINE)


@dataclass(frozen=True)
class CliConfig:
    """Terraform's own configuration file: where it is, and which variable named it ("" where none did)."""

    file: Path
    variable: str

    @property
    def text(self) -> str:
        """Its text without comments; empty when there is no such file."""
        try:
            return _COMMENT.sub("", self.file.read_text(encoding="utf-8", errors="replace"))
        except OSError:
            return ""


def current_config() -> CliConfig:
    """Return the configuration that Terraform would read in this environment."""
    for variable in ("TF_CLI_CONFIG_FILE", "TERRAFORM_CONFIG"):
        if name := os.environ.get(variable):
            return CliConfig(Path(name), variable)
    return CliConfig(Path.home() / ".terraformrc", "")


def cli_config() -> Finding:
    """Check that the configuration file exists where one is named; Terraform goes on without it after a warning."""
    config = current_config()
    if config.variable and not config.file.is_file():
        return problem(
            "cli-config",
            f"{config.variable}={config.file} names a file that does not exist",
            f"unset {config.variable}, or: immuta-tf install --dir mirror --cli-config {shlex.quote(str(config.file))}",
        )
    if _OVERRIDE.search(config.text):
        found = f"{config.file} overrides the provider (dev_overrides): Terraform does not look at versions or locks"
        return warning("cli-config", found, f"remove dev_overrides from {config.file} once you are done with it")
    if config.file.is_file():
        return ok("cli-config", f"{config.file}{f' ({config.variable})' if config.variable else ''}")
    return ok("cli-config", "none; Terraform searches its own folders")


def searched_folders() -> list[Path]:
    """Return the mirrors in which Terraform would look for the provider, in its order."""
    text = current_config().text
    if re.search(r"\bprovider_installation\s*\{", text):
        return [Path(json.loads(quoted)).expanduser() for quoted in _BLOCK.findall(text)]
    data = os.environ.get("XDG_DATA_HOME") or str(Path.home() / ".local" / "share")
    shared = os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    implied = [Path("terraform.d/plugins"), mirror.default_directory()]
    return implied + [Path(folder) / "terraform" / "plugins" for folder in [data, *shared.split(":")] if folder]


def installed() -> Path | None:
    """Return the executable of this package's version, if Terraform would find one."""
    files = (mirror.executable_path(folder, mirror.this_platform()) for folder in searched_folders())
    return next((file for file in files if file.is_file()), None)


def provider() -> Finding:
    """Check that Terraform finds the provider, and that it would take the version of this package."""
    release = mirror.provider_version()
    file = installed()
    if file is None:
        return problem("provider", _missing(release), _install_command())
    newer = [other for other in _versions() if other > (version_in(release) or (0, 0, 0))]
    if newer:
        found = (
            f"{spelled(newer[-1])} is there beside this package's {release}; without a pin Terraform takes the newest"
        )
        return warning("provider", found, f"immuta-tf uninstall{_places()} && immuta-tf install{_places()}")
    if file.read_bytes() != mirror.LAUNCHER.encode() or not os.access(file, os.X_OK):
        return problem("provider", f"{file} is not the file that this package installs", _install_command())
    return ok("provider", f"{release} ({file})")


def launcher() -> Finding:
    """Start the installed file as Terraform does, and look whether the provider of this package answers."""
    file = installed()
    cure = f"export IMMUTA_TF_PYTHON={shlex.quote(sys.executable)}"
    if file is None:
        return warning("launcher", "not tried: the provider is not installed", _install_command())
    answer = ask(str(file))
    said = _SAID.search(f"{answer.stdout}\n{answer.stderr}")
    release = mirror.provider_version()
    if said is None:
        refusal = next((line for line in answer.stdout.splitlines() if line.startswith("Immuta provider: ")), "")
        return problem("launcher", refusal or f"{file} does not start the provider: {answer.last_words}", cure)
    if said["release"] != release:
        return problem("launcher", f'it says "{said[0]}", but this package is {release}', cure)
    return ok("launcher", said[0])


def _versions() -> list[tuple[int, int, int]]:
    names = [
        folder.parent.name
        for place in searched_folders()
        for folder in (place / mirror.ADDRESS).glob(f"*/{mirror.this_platform()}")
    ]
    return sorted(version for name in names if (version := version_in(name)))


def _missing(release: str) -> str:
    folders = ", ".join(map(str, searched_folders())) or f"no folder (see {current_config().file})"
    others = ", ".join(map(spelled, _versions()))
    return f"{mirror.ADDRESS} {release} is not installed{f' (only {others})' if others else ''}; searched: {folders}"


def _install_command() -> str:
    return f"immuta-tf install{_places()}"


def _places() -> str:
    """Return the options of `install` for where Terraform looks now."""
    config = current_config()
    if not re.search(r"\bprovider_installation\s*\{", config.text):
        return ""
    if not mirror.is_ours(config.file):
        return f" --dir {shlex.quote(str(next(iter(searched_folders()), 'mirror')))}"
    folder = next(iter(searched_folders()), Path("mirror"))
    return f" --dir {shlex.quote(str(folder))} --cli-config {shlex.quote(str(config.file))}"
