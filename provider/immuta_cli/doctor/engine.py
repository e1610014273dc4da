"""The engines that the constructs stand on: `cdktf` and its fork `cdktn`, Python packages that drive node."""

from __future__ import annotations

import os
import shutil
import sys
from importlib.metadata import PackageNotFoundError, version

from immuta_cli.doctor.finding import Finding, ok, problem, warning
from immuta_cli.doctor.programs import ask

ENGINES = ("cdktf", "cdktn")
# It takes about one; the first import on a busy machine, which unpacks the engine's JavaScript, many more.
_SECONDS = 20.0


def installed_engines() -> dict[str, str]:
    """Return the engines that are installed beside this command, each with its version."""
    found = {}
    for name in ENGINES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found


def engine(name: str) -> Finding:
    """Check that the installed engine `name` can be imported, which starts node."""
    found = f"{name} {installed_engines()[name]}"
    node = os.environ.get("JSII_NODE") or "node"
    if shutil.which(node) is None:
        return problem("engine", f"{found} needs node, and {node} is no program on PATH", _reach_node())
    answer = ask(sys.executable, "-P", "-c", f"import {name}", seconds=_SECONDS)
    if answer.code != 0:
        cure = f"pip install --force-reinstall 'terraform-provider-immuta[{name}]'   (and see the line on node)"
        return problem("engine", f"{found} cannot be imported: {answer.last_words}", cure)
    return ok("engine", f"{found}, imported with {shutil.which(node)}")


def no_engine() -> Finding:
    """Say that there is none: plain HCL works without."""
    return warning(
        "engine",
        "neither cdktf nor cdktn is installed; constructs need one, plain HCL does not",
        "pip install 'terraform-provider-immuta[cdktf]'",
    )


def _reach_node() -> str:
    unset = "unset JSII_NODE, or " if os.environ.get("JSII_NODE") else ""
    return f"{unset}pip install 'terraform-provider-immuta[node]'"
