"""The programs that others make: Python, node, the CDK's command line, Terraform or OpenTofu."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path

from immuta_cli.doctor.engine import installed_engines
from immuta_cli.doctor.finding import Finding, ok, problem, warning
from immuta_cli.doctor.programs import Version, ask, spelled, version_in

OLDEST_PYTHON: Version = (3, 11, 0)
OLDEST_NODE: Version = (20, 0, 0)
OLDEST_TERRAFORM: Version = (1, 5, 0)
_WRITE_ONLY: Version = (1, 11, 0)
_IDENTITY: Version = (1, 12, 0)

_INSTALL_TERRAFORM = (
    "install Terraform 1.5 or newer (https://developer.hashicorp.com/terraform/install) or OpenTofu "
    "(https://opentofu.org/docs/intro/install)"
)
_INSTALL_NODE = "pip install 'terraform-provider-immuta[node]'   (or https://nodejs.org, version 20 or newer)"


def python(version: Version = sys.version_info[:3]) -> Finding:
    """Check the Python that runs this command."""
    found = f"{spelled(version)} ({sys.executable})"
    if version < OLDEST_PYTHON:
        return problem(
            "python",
            f"{found} is older than 3.11",
            "python3.11 -m venv .venv && . .venv/bin/activate, then install again",
        )
    return ok("python", found)


def node() -> Finding:
    """Check node, which the constructs need and plain HCL does not."""
    file = shutil.which("node")
    if file is None:
        if installed_engines():
            return problem("node", "no node on PATH; the constructs cannot run without it", _INSTALL_NODE)
        return warning("node", "no node on PATH; only the constructs need it", _INSTALL_NODE)
    answer = ask(file, "--version")
    version = version_in(answer.stdout)
    if answer.code != 0 or version is None:
        return problem("node", f"{file} does not work: {answer.last_words}", _INSTALL_NODE)
    if version < OLDEST_NODE:
        return problem("node", f"{spelled(version)} ({file}) is older than 20", _INSTALL_NODE)
    return ok("node", f"{spelled(version)} ({file})")


def cdk_cli() -> Finding:
    """Check the command that deploys constructs: `cdktf` or `cdktn`, on PATH or in this folder's node_modules."""
    programs = [found for name in ("cdktf", "cdktn") if (found := _cdk_program(name))]
    if not programs:
        engine = next(iter(installed_engines()), "cdktf")
        return warning(
            "cdk-cli",
            "neither cdktf nor cdktn on PATH or in node_modules/.bin; constructs are deployed with one",
            f"npm install --save-dev {engine}-cli",
        )
    return ok("cdk-cli", ", ".join(programs))


def terraform() -> Finding:
    """Check the program that plans and applies; TERRAFORM_BINARY_NAME chooses it, as for the CDK."""
    chosen = os.environ.get("TERRAFORM_BINARY_NAME")
    if chosen and shutil.which(chosen) is None:
        return problem(
            "terraform", f"TERRAFORM_BINARY_NAME={chosen} is no program on PATH", "unset TERRAFORM_BINARY_NAME"
        )
    file = shutil.which(chosen) if chosen else shutil.which("terraform") or shutil.which("tofu")
    if file is None:
        return problem("terraform", "neither terraform nor tofu on PATH", _INSTALL_TERRAFORM)
    answer = ask(file, "version", "-json")
    version = _terraform_version(answer.stdout)
    if answer.code != 0 or version is None:
        return problem("terraform", f"{file} does not work: {answer.last_words}", _INSTALL_TERRAFORM)
    return _judged(file, version)


def _judged(file: str, version: Version) -> Finding:
    found = f"{spelled(version)} ({file})"
    if version < OLDEST_TERRAFORM:
        return problem("terraform", f"{found} is older than 1.5", _INSTALL_TERRAFORM)
    if version < _WRITE_ONLY:
        lacks = f"{found} lacks write-only attributes (1.11: secrets stay out of the state) and identity (1.12)"
        return warning("terraform", lacks, "install 1.11 or newer if you manage secrets")
    if version < _IDENTITY:
        return ok("terraform", f"{found}; import by identity needs 1.12")
    return ok("terraform", found)


def _terraform_version(text: str) -> Version | None:
    try:
        return version_in(json.loads(text)["terraform_version"])
    except (ValueError, KeyError, TypeError):
        return None


def _cdk_program(name: str) -> str:
    file = shutil.which(name) or shutil.which(name, path="node_modules/.bin")
    return f"{name} {_npm_version(Path(file).resolve())} ({file})" if file else ""


def _npm_version(file: Path) -> str:
    # The command itself takes seconds to say it; the package that it lies in knows.
    for folder in file.parents:
        package = folder / "package.json"
        if package.is_file():
            try:
                return str(json.loads(package.read_text(encoding="utf-8"))["version"])
            except (ValueError, KeyError, TypeError):
                continue
    return "of unknown version"
