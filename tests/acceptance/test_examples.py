"""Every example is run as a user runs it: applied, planned again with nothing to do, destroyed."""

from __future__ import annotations

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from immuta_tenant import running_tenant
from tests.acceptance import outside
from tests.acceptance.conftest import API_KEY, PROGRAM
from tests.acceptance.terraform import Workspace, attached_provider, environment

pytestmark = pytest.mark.terraform

EXAMPLES = pathlib.Path(__file__).parents[2] / "examples"
HCL = sorted(EXAMPLES.rglob("main.tf"))
APPS = sorted([*EXAMPLES.glob("resources/*/main.py"), *EXAMPLES.glob("data_sources/*/main.py")])
QUICKSTART = EXAMPLES / "quickstart" / "main.py"
VARIABLE = re.compile(r"\bvar\.(\w+)")
ALL_APPS = """
import pathlib, runpy, shutil, sys

folder, *apps = map(pathlib.Path, sys.argv[1:])
for number, app in enumerate(apps):
    runpy.run_path(str(app), run_name="__main__")
    (written,) = (folder / "out" / "stacks").glob("*/cdk.tf.json")
    written.rename(folder / f"{number}.json")
    shutil.rmtree(folder / "out")
"""


def _name(path: pathlib.Path) -> str:
    return str(path.parent.relative_to(EXAMPLES))


@pytest.fixture
def installed(workspace: Workspace, mirror: pathlib.Path) -> Workspace:
    """A workspace that takes the provider from the mirror, and so needs `terraform init`, as users' do."""
    workspace.environment |= {"TF_CLI_CONFIG_FILE": str(mirror), "IMMUTA_TF_PYTHON": sys.executable}
    return workspace


@pytest.fixture(scope="session")
def shown() -> Iterator[Any]:
    """A tenant for all examples of this session, because one provider process serves them all."""
    with running_tenant(api_key=API_KEY) as running:
        yield running


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, cli_config: pathlib.Path, shown: Any) -> Iterator[dict[str, str]]:
    """The environment of a Terraform whose provider runs already and has its tenant from the environment."""
    home = tmp_path_factory.mktemp("home")
    settings = environment(cli_config, home, IMMUTA_HOST=shown.url, IMMUTA_API_KEY=API_KEY)
    with attached_provider(settings, sys.executable) as reattach:
        yield {**settings, "TF_REATTACH_PROVIDERS": reattach}


@pytest.fixture
def example(tmp_path: pathlib.Path, served: dict[str, str], shown: Any) -> Workspace:
    """A workspace with a tenant that is as new."""
    shown.reset()
    return Workspace(tmp_path, served, PROGRAM)


@pytest.fixture(scope="session")
def synthesised(tmp_path_factory: pytest.TempPathFactory) -> dict[pathlib.Path, str]:
    """What the apps write: all of them in one Python, because each would start a node of its own."""
    folder = tmp_path_factory.mktemp("apps")
    subprocess.run(
        [sys.executable, "-c", ALL_APPS, str(folder), *map(str, APPS)],
        check=True,
        cwd=folder,
        env={**os.environ, "CDKTF_OUTDIR": str(folder / "out"), "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1"},
        timeout=300,
    )
    return {app: (folder / f"{number}.json").read_text() for number, app in enumerate(APPS)}


def _round_trip(workspace: Workspace) -> None:
    (written,) = workspace.folder.glob("*.tf*")
    secrets = dict.fromkeys(VARIABLE.findall(written.read_text()), "planted-secret")
    workspace.environment = workspace.environment | {f"TF_VAR_{name}": value for name, value in secrets.items()}
    workspace.apply()
    workspace.assert_no_changes()
    workspace.destroy()
    assert workspace.state() == {}


def _synth(app: pathlib.Path, workspace: Workspace, engine: str) -> None:
    """Run the app with the engine, and put what it writes into the workspace."""
    source = app.read_text().replace("from cdktf import", f"from {engine} import")
    script = workspace.folder / "app.py"
    script.write_text(source)
    settings = {
        **os.environ,
        "CDKTF_OUTDIR": str(workspace.folder / "out"),
        "JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION": "1",
    }
    subprocess.run([sys.executable, str(script)], check=True, cwd=workspace.folder, env=settings, timeout=120)
    (written,) = (workspace.folder / "out" / "stacks").glob("*/cdk.tf.json")
    shutil.copy(written, workspace.folder / "cdk.tf.json")


@pytest.mark.parametrize("path", HCL, ids=_name)
def test_hcl(example: Workspace, path: pathlib.Path) -> None:
    shutil.copy(path, example.folder / "main.tf")
    _round_trip(example)


@pytest.mark.parametrize("path", APPS, ids=_name)
def test_app(example: Workspace, synthesised: dict[pathlib.Path, str], path: pathlib.Path) -> None:
    written = json.loads(synthesised[path])
    del written["terraform"]["backend"]  # it needs `init`, which the quick start has
    (example.folder / "cdk.tf.json").write_text(json.dumps(written))
    _round_trip(example)


@pytest.mark.parametrize("engine", ["cdktn", pytest.param("cdktf", marks=pytest.mark.soak)])  # the demo is on cdktf
def test_quickstart_on_both_engines(installed: Workspace, tenant: Any, engine: str) -> None:
    """Three purposes and two projects; the references between them are kept by name."""
    _synth(QUICKSTART, installed, engine)
    installed.run("init", "-no-color", "-input=false")
    installed.apply()
    installed.assert_no_changes()
    assert outside.purpose_names(tenant) == {"Research", "Research.Churn", "Billing"}
    found = outside.project(tenant, "churn-study")
    assert {each["name"] for each in found["purposes"]} == {"Research", "Research.Churn"}
    installed.destroy()
    assert outside.purpose_names(tenant) == set()
    assert outside.project_keys(tenant) == set()


def test_the_root_has_an_app() -> None:
    """`cdktf synth` in the root runs the quick start."""
    settings = json.loads((EXAMPLES.parent / "cdktf.json").read_text())
    assert settings["app"].split() == ["python", str(QUICKSTART.relative_to(EXAMPLES.parent))]


def test_remote_state(shared: tuple[Workspace, Workspace], tenant: Any) -> None:
    """Deployed from one folder, planned from another: there is nothing to do, and nothing of it lies in a folder."""
    mine, yours = shared
    _synth(EXAMPLES / "remote-state" / "main.py", mine, "cdktf")
    shutil.copy(mine.folder / "cdk.tf.json", yours.folder)
    for each in shared:
        each.run("init", "-no-color", "-input=false")
    mine.apply()
    yours.assert_no_changes()
    assert (outside.purpose_names(tenant), outside.project_keys(tenant)) == ({"Billing"}, {"invoice-quality"})
    files = [each for each in mine.folder.rglob("*") if each.is_file()]
    assert [each for each in files if mine.environment["PG_CONN_STR"].encode() in each.read_bytes()] == []
    assert [
        each for each in files if b"Invoice quality" in each.read_bytes() and each.name == "terraform.tfstate"
    ] == []
    yours.destroy()
    mine.run("plan", "-no-color", "-input=false", "-detailed-exitcode", ok=(2,))  # all of it is to be made again
    assert (outside.purpose_names(tenant), outside.project_keys(tenant)) == (set(), set())
