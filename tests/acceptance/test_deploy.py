"""Whole applications, deployed by the `cdktf` that users type; what no synthesis and no single resource shows."""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from tests.acceptance.conftest import API_KEY, PROGRAM
from tests.acceptance.terraform import Workspace, environment
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
}


def _cdktf(folder: pathlib.Path, settings: dict[str, str], command: str, name: str) -> str:
    app = f"{sys.executable} {ROOT / 'examples' / name / 'main.py'}"
    arguments = [str(CDKTF), command, "*", "--app", app, "--skip-provider-lock", "--auto-approve"]
    done = subprocess.run(arguments, cwd=folder, env=settings, capture_output=True, text=True, timeout=180, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("name", APPLICATIONS)
def test_deployed(tmp_path: pathlib.Path, mirror: pathlib.Path, tenant: Any, name: str) -> None:
    """Deployed, planned with nothing to do, its secrets nowhere, destroyed."""
    application = APPLICATIONS[name]
    home, folder = tmp_path / "home", tmp_path / "app"
    home.mkdir()
    folder.mkdir()
    shutil.copy(ROOT / "cdktf.json", folder)
    settings = environment(
        mirror,
        home,
        IMMUTA_HOST=tenant.url,
        IMMUTA_API_KEY=API_KEY,
        IMMUTA_TF_PYTHON=sys.executable,
        CI="true",
        CHECKPOINT_DISABLE="1",
        JSII_RUNTIME_PACKAGE_CACHE_ROOT=os.environ.get("JSII_RUNTIME_PACKAGE_CACHE_ROOT", str(home / "jsii")),
        **{f"TF_VAR_{variable}": secret for variable, secret in application.secrets.items()},
    )
    printed = _cdktf(folder, settings, "deploy", name)
    for objects in application.stacks.values():
        assert f"Apply complete! Resources: {objects} added, 0 changed, 0 destroyed." in printed
    stacks = [Workspace(folder / "cdktf.out" / "stacks" / stack, settings, PROGRAM) for stack in application.stacks]
    for stack in stacks:
        stack.assert_no_changes()
    written = {str(path): path.read_text(errors="replace") for path in folder.rglob("*") if path.is_file()}
    for variable, secret in application.secrets.items():
        places = finds(secret.strip(), written | {"printed": printed})
        assert {each for each in places if "terraform." not in each or variable not in application.in_state} == set()
    for stack in stacks:
        stack.run("destroy", "-no-color", "-input=false", "-auto-approve")
