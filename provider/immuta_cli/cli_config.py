"""A Terraform CLI configuration that takes our provider from the mirror, and every other one from where it was.

Terraform's implied mirror needs none. A mirror in a folder of the user's choice (a repository, a CI cache) does, and so
does a machine whose configuration already names other mirrors.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

from immuta_cli import mirror
from immuta_cli.errors import CommandError

Outcome = Literal["written", "unchanged", "updated"]


def write(file: Path, directory: Path) -> Outcome:
    """Write the CLI configuration `file` for the mirror `directory` and say what happened to it.

    Raises `CommandError` when `file` is the user's own; the message holds the block to add to it.
    """
    text = content(directory)
    existed = file.exists()
    if existed and not mirror.is_ours(file):
        raise CommandError(
            f"{file} exists and was not written by this command, so it was left alone. Name another file with "
            f"--cli-config, or add this block to it:\n\n{block(directory)}"
        )
    if existed and file.read_text(encoding="utf-8") == text:
        return "unchanged"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return "updated" if existed else "written"


def remove(file: Path) -> bool:
    """Remove `file` if this command wrote it, and say whether it did.

    Raises `CommandError` when `file` is the user's own.
    """
    if not file.exists():
        return False
    if not mirror.is_ours(file):
        raise CommandError(f"{file} was not written by this command, so it was left alone.")
    file.unlink()
    return True


def content(directory: Path) -> str:
    """Return the whole text of the configuration for the mirror `directory`."""
    return f"{mirror.OWN_MARK}; use it with TF_CLI_CONFIG_FILE.\n\n{block(directory)}"


def block(directory: Path) -> str:
    """Return the `provider_installation` block for the mirror `directory`."""
    # JSON and this dialect of HCL quote a string alike.
    path = json.dumps(str(directory.resolve()), ensure_ascii=False)
    return f"""\
provider_installation {{
  filesystem_mirror {{
    path    = {path}
    include = ["{mirror.HOST}/*/*"]
  }}
  direct {{
    exclude = ["{mirror.HOST}/*/*"]
  }}
}}
"""
