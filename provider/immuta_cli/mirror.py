"""The provider in a Terraform filesystem mirror, so that `terraform init` finds it with no registry and no network.

Terraform records a hash of the provider's executable in `.terraform.lock.hcl`. The executable written here is a shell
script with the same bytes on every machine, so a lock file made on one laptop fits the others and the CI; which Python
runs the provider is found when Terraform starts it.

Layout, as Terraform expects it: `DIR/HOST/NAMESPACE/TYPE/VERSION/OS_ARCH/terraform-provider-TYPE_vVERSION`.
"""

from __future__ import annotations

import os
import platform
import re
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Literal

from immuta_cli.errors import CommandError

DISTRIBUTION = "terraform-provider-immuta"
HOST = "terraform.local"
ADDRESS = f"{HOST}/immuta/immuta"
EXECUTABLE = "terraform-provider-immuta"

# The line by which `install` and `uninstall` know their own file.
OWN_MARK = "# Written by `immuta-tf install`"

LAUNCHER = f"""\
#!/bin/sh
{OWN_MARK}; `immuta-tf uninstall` removes it.
# Starts the Immuta provider for Terraform. These bytes are the same on every machine, so that one dependency lock file
# (.terraform.lock.hcl) fits them all: keep them as they are.

# Ctrl-C reaches every process of the terminal. It is Terraform's business, which asks the provider to stop; a Python
# that is just starting would end instead.
trap '' INT

# Terraform shows what a provider prints on stdout instead of its handshake, and hides its stderr. It must be alive when
# Terraform reads the line, or the line is lost.
fail() {{
    echo "Immuta provider: $1" >&2
    echo "Immuta provider: $1"
    sleep 1
    exit 1
}}

if [ -n "${{IMMUTA_TF_PYTHON:-}}" ]; then
    command -v "$IMMUTA_TF_PYTHON" > /dev/null 2>&1 ||
        fail "IMMUTA_TF_PYTHON=$IMMUTA_TF_PYTHON is no executable. Name the Python that has the provider, or unset it."
    exec "$IMMUTA_TF_PYTHON" -P -m immuta_provider "$@"
fi
command -v {EXECUTABLE} > /dev/null 2>&1 ||
    fail "{EXECUTABLE} is not on PATH. Activate the virtual environment that has it, or set \
IMMUTA_TF_PYTHON to the Python of that environment. Neither is there: pip install {DISTRIBUTION}"
exec {EXECUTABLE} "$@"
"""

Outcome = Literal["installed", "unchanged", "updated"]

_SYSTEMS = {"win32": "windows", "darwin": "darwin", "linux": "linux"}
_ARCHITECTURES = {
    "x86_64": "amd64",
    "amd64": "amd64",
    "aarch64": "arm64",
    "arm64": "arm64",
    "i386": "386",
    "i686": "386",
    "x86": "386",
    "armv6l": "arm",
    "armv7l": "arm",
}
_PLATFORM = re.compile(r"[a-z0-9]+_[a-z0-9]+")


def default_directory() -> Path:
    """Return the directory that Terraform searches by itself (its implied mirror), for this operating system."""
    if sys.platform == "win32":
        return Path(os.environ.get("APPDATA") or Path.home()) / "terraform.d" / "plugins"
    return Path.home() / ".terraform.d" / "plugins"


def this_platform() -> str:
    """Return this machine's platform in Terraform's words, such as `linux_amd64` or `darwin_arm64`."""
    system = _SYSTEMS.get(sys.platform) or re.sub(r"\d+$", "", sys.platform)
    machine = platform.machine().lower()
    return f"{system}_{_ARCHITECTURES.get(machine, machine)}"


def provider_version() -> str:
    """Return the version of the installed distribution, which is the provider's version in Terraform."""
    return version(DISTRIBUTION)


def executable_path(directory: Path, platform_name: str) -> Path:
    """Return where the executable for `platform_name` (`OS_ARCH`) lies in the mirror `directory`."""
    release = provider_version()
    return directory / ADDRESS / release / platform_name / f"{EXECUTABLE}_v{release}"


def install(directory: Path, platform_name: str) -> tuple[Path, Outcome]:
    """Write the provider's executable into the mirror `directory` and say what happened to it.

    Raises `CommandError` when the platform cannot run it, or when another program's file is in its place.
    """
    _check_platform(platform_name)
    target = executable_path(directory, platform_name)
    if not target.exists():
        _write(target)
        return target, "installed"
    if not is_ours(target):
        raise CommandError(
            f"{target} exists and was not written by this command, so it was left alone. "
            "Move it away, or choose another directory with --dir."
        )
    if target.read_bytes() == LAUNCHER.encode() and os.access(target, os.X_OK):
        return target, "unchanged"
    _write(target)
    return target, "updated"


def uninstall(directory: Path) -> list[Path]:
    """Remove every executable that `install` wrote into `directory` (all versions, all platforms), and return them.

    Folders that are empty afterwards go too, up to but not including `directory`; files of others stay.
    """
    removed = []
    for file in sorted((directory / ADDRESS).glob(f"*/*/{EXECUTABLE}_v*")):
        if is_ours(file):
            file.unlink()
            removed.append(file)
            _remove_empty_folders(file.parent, directory)
    return removed


def is_ours(file: Path) -> bool:
    """Whether `file` was written by this command: its first lines carry the command's mark."""
    if not file.is_file():
        return False
    with file.open("rb") as stream:
        return OWN_MARK.encode() in stream.read(512)


def _check_platform(platform_name: str) -> None:
    if not _PLATFORM.fullmatch(platform_name):
        raise CommandError(f"{platform_name!r} is no platform. Terraform names them OS_ARCH, for example linux_amd64.")
    if platform_name.startswith("windows_"):
        raise CommandError(
            "Terraform for Windows cannot start the provider, which is launched by a shell script. "
            "Run Terraform and this command in WSL (Windows Subsystem for Linux)."
        )


def _write(target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    # Terraform hashes every file beside the executable: an interrupted write may leave nothing there.
    descriptor, name = tempfile.mkstemp(dir=target.parent.parent, prefix=".unfinished-")
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(LAUNCHER.encode())
    unfinished = Path(name)
    unfinished.chmod(0o755)  # every user of the machine may share one mirror
    unfinished.replace(target)


def _remove_empty_folders(folder: Path, stop: Path) -> None:
    while folder != stop and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
