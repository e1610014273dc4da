"""On what a run was taken: figures mean little without the machine, and nothing without its load."""

from __future__ import annotations

import datetime as dt
import os
import platform
from importlib import metadata
from typing import Any

from benchmarks.processes import output_of

PACKAGES = ("grpcio", "protobuf", "cryptography", "httpx", "pydantic", "cdktf", "cdktn", "jsii")


def load() -> float:
    """How many programs have been running or waiting for a core during the last minute, on average."""
    return os.getloadavg()[0]


def facts() -> dict[str, Any]:
    """The machine, the programs and the packages, and the moment."""
    return {
        "date": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "system": platform.platform(),
        "python": platform.python_version(),
        "terraform": output_of("terraform", "version").splitlines()[0].removeprefix("Terraform v"),
        "node": output_of("node", "--version").strip().removeprefix("v"),
        "packages": {name: metadata.version(name) for name in PACKAGES},
    }
