"""Whole applications, deployed by the `cdktf` that users type; what no synthesis and no single resource shows."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from tests.acceptance.conftest import API_KEY, PROGRAM
from tests.acceptance.terraform import Workspace, attached_provider, environment
from tests.acceptance.test_secrets import finds

pytestmark = pytest.mark.terraform

ROOT = pathlib.Path(__file__).parents[2]
CDKTF = ROOT / "node_modules" / ".bin" / "cdktf"
SNOWFLAKE_KEY = "-----BEGIN PRIVATE KEY-----\nplanted-key-5d20\n-----END PRIVATE KEY-----\n"


@dataclass(frozen=True)
class Application:
    """An example that is deployed: its secrets by the names of its variables, and how many objects each stack makes."""

    secrets: dict[str, str]
    stacks: dict[str, int]
    in_state: tuple[str, ...] = ()
    """Variables whose secrets stand in the state."""
    says: tuple[str, ...] = ()
    """What is read in the plan."""


APPLICATIONS = {
    "snowflake": Application({"snowflake_key": SNOWFLAKE_KEY}, {"snowflake": 4}),
    "databricks": Application(
        {"databricks_secret": "planted-secret-91c4", "proxy_password": "planted-proxy-08ae"}, {"databricks": 3}
    ),
    "integrations": Application(
        {"installer_password": "planted-installer-2f", "redshift_password": "planted-redshift-7c"},
        {"snowflake-integration": 1, "redshift-integration": 1, "trino-integration": 2},
        in_state=("installer_password", "redshift_password"),
    ),
    "policies": Application(
        {},
        {"baseline": 9},
        says=(
            "Applies to data sources tagged Finance and with a column tagged Discovered.PII.",
            "1. For members of group Contractors: mask with null the columns tagged Discovered.PII.",
            'Require purpose "Fraud Investigation" or Audit, for everyone.',
            "Staged: active nowhere.",
        ),
    ),
}

# One app of all examples: the command line, node and the provider's package are then waited for once.
ALL_OF_THEM = """
import json, os, pathlib, runpy, sys

manifest, stacks = pathlib.Path(os.environ["CDKTF_OUTDIR"], "manifest.json"), {}
for example in sys.argv[1:]:
    runpy.run_path(example, run_name="__main__")
    written = json.loads(manifest.read_text())
    stacks |= written["stacks"]
manifest.write_text(json.dumps({**written, "stacks": stacks}))
"""


def _deploy(folder: pathlib.Path, settings: dict[str, str]) -> str:
    """Run `cdktf deploy` for all stacks of all examples; returns what it printed."""
    script = folder.parent / "all.py"
    script.write_text(ALL_OF_THEM)
    app = " ".join([sys.executable, str(script), *(str(ROOT / "examples" / name / "main.py") for name in APPLICATIONS)])
    arguments = [str(CDKTF), "deploy", "*", "--app", app, "--skip-provider-lock", "--auto-approve"]
    done = subprocess.run(arguments, cwd=folder, env=settings, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.fixture
def provider() -> Iterator[ExitStack]:
    """Ends the provider that the second half of the test runs with."""
    with ExitStack() as stack:
        yield stack


def test_deployed(tmp_path: pathlib.Path, mirror: pathlib.Path, tenant: Any, provider: ExitStack) -> None:
    """Deployed, planned with nothing to do, their secrets nowhere, destroyed."""
    home, folder = tmp_path / "home", tmp_path / "app"
    home.mkdir()
    folder.mkdir()
    shutil.copy(ROOT / "cdktf.json", folder)
    secrets = {variable: secret for each in APPLICATIONS.values() for variable, secret in each.secrets.items()}
    settings = environment(
        mirror,
        home,
        IMMUTA_HOST=tenant.url,
        IMMUTA_API_KEY=API_KEY,
        IMMUTA_TF_PYTHON=sys.executable,
        CI="true",
        CHECKPOINT_DISABLE="1",
        JSII_RUNTIME_PACKAGE_CACHE_ROOT=os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(home / "jsii")),
        **{f"TF_VAR_{variable}": secret for variable, secret in secrets.items()},
    )
    printed = _deploy(folder, settings)
    objects = {name: count for each in APPLICATIONS.values() for name, count in each.stacks.items()}
    for count, stacks in Counter(objects.values()).items():
        assert printed.count(f"Apply complete! Resources: {count} added, 0 changed, 0 destroyed.") == stacks
    sentences = [sentence for each in APPLICATIONS.values() for sentence in each.says]
    assert [sentence for sentence in sentences if sentence not in printed] == []
    attached = provider.enter_context(attached_provider(settings, sys.executable))
    settings = settings | {"TF_REATTACH_PROVIDERS": attached}
    workspaces = [Workspace(folder / "cdktf.out" / "stacks" / name, settings, PROGRAM) for name in objects]
    for each in workspaces:
        each.assert_no_changes()
    written = {str(path): path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()}
    in_state = {variable for each in APPLICATIONS.values() for variable in each.in_state}
    for variable, secret in secrets.items():
        places = finds(secret.strip(), written | {"printed": printed})
        assert {each for each in places if "terraform." not in each or variable not in in_state} == set()
    for each in workspaces:
        each.run("destroy", "-no-color", "-input=false", "-auto-approve")
