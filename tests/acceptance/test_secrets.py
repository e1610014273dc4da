"""Secrets never leave: markers are planted, proved to have reached the tenant, and then looked for everywhere."""

from __future__ import annotations

import base64
import json
import pathlib
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from immuta_tenant import running_tenant
from tests.acceptance import outside
from tests.acceptance.terraform import Workspace, environment

pytestmark = pytest.mark.terraform

MARKER = 'planted/secret+key="93ac"'
WRONG = "wrong-planted-key-71f0"


def forms(marker: str) -> set[str]:
    """The ways in which a secret may be written: as it is, quoted, escaped, encoded."""
    return {
        marker,
        json.dumps(marker)[1:-1],
        json.dumps(json.dumps(marker))[1:-1],
        quote(marker, safe=""),
        base64.b64encode(marker.encode()).decode(),
    }


def finds(marker: str, places: dict[str, str]) -> set[str]:
    """The places in which the secret stands in one of its forms."""
    return {place for place, text in places.items() if any(form in text for form in forms(marker))}


@pytest.fixture
def guarded() -> Iterator[Any]:
    """A tenant whose only key is the marker."""
    with running_tenant(api_key=MARKER) as running:
        yield running


@pytest.fixture
def logged(tmp_path: pathlib.Path, cli_config: pathlib.Path, guarded: Any) -> Workspace:
    """A workspace that logs everything there is to log."""
    folder = tmp_path / "workspace"
    folder.mkdir()
    settings = environment(
        cli_config,
        tmp_path,
        IMMUTA_HOST=guarded.url,
        TF_LOG="TRACE",
        TF_LOG_PATH=str(tmp_path / "trace.log"),
        TF_VAR_key=MARKER,
    )
    return Workspace(folder, settings)


@pytest.mark.parametrize("authentication", ["api_key", "bearer"])
def test_the_key_stays_secret(logged: Workspace, guarded: Any, authentication: str) -> None:
    """The key reaches the tenant, which accepts no other, and stands in no log, plan, state or request log."""
    block = {"api_key": "${var.key}", "authentication": authentication}
    variable = {"key": {"type": "string", "sensitive": True}}
    purpose = {"name": "Visible", "description": "planted-visibly-5b1c"}
    logged.write({"immuta_purpose": {"it": purpose}}, provider={"immuta": block}, variable=variable)
    printed = logged.plan().text + logged.apply_plan()
    assert outside.purpose_names(guarded) == {"Visible"}
    trace = pathlib.Path(logged.environment["TF_LOG_PATH"]).read_text()
    places = {
        "printed": printed,
        "plan": logged.run("show", "-no-color", "plan"),
        "state": (logged.folder / "terraform.tfstate").read_text(),
        "trace": trace,
        "tenant": str(guarded.request_log()),
    }
    assert "POST /api/v2/purpose" in trace
    assert finds(MARKER, places) == set()
    assert {"plan", "state", "trace"} <= finds("planted-visibly-5b1c", places)


def test_a_wrong_key_is_not_repeated(logged: Workspace, guarded: Any) -> None:
    """The error says what is wrong with the credentials and does not quote them."""
    logged.write({"immuta_purpose": {"it": {"name": "x"}}}, provider={"immuta": {"api_key": WRONG}})
    printed = logged.apply_fails()
    trace = pathlib.Path(logged.environment["TF_LOG_PATH"]).read_text()
    assert "401" in printed
    assert finds(WRONG, {"printed": printed, "trace": trace, "tenant": str(guarded.request_log())}) == set()
