"""What a tenant has, as code, imported and applied: nothing in the tenant is another, and the next plan is empty."""

from __future__ import annotations

import importlib
import json
import pathlib
import sys
import unicodedata
import uuid
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st

from immuta_cli.__main__ import main
from immuta_constructs.testing import synth
from immuta_tenant import running_tenant
from tests.acceptance import outside
from tests.acceptance.conftest import API_KEY
from tests.acceptance.terraform import SOURCE, Workspace, environment
from tests.immuta_cli.policies import v2

SETS = (*v2.SETS, "conditions")
pytestmark = pytest.mark.terraform
PURPOSES = ({"name": "Border Statistics"}, {"name": "Annual Report", "subpurposes": [{"name": "Annual Report.Draft"}]})


@pytest.fixture
def lenient() -> Iterator[Any]:
    """A tenant that forgets what it does not know, as one that is older than its documents."""
    with running_tenant(api_key=API_KEY, accept_unknown_policy_attributes=True) as running:
        yield running


def save(tenant: Any, payloads: list[dict[str, Any]]) -> None:
    """What people did before there was code."""
    for purpose in PURPOSES:
        outside.call(tenant, "POST", "/api/v2/purpose", json=purpose)
    for each in payloads:
        outside.call(tenant, "POST", "/api/v2/policy", json=each)


def stored(tenant: Any) -> dict[str, dict[str, Any]]:
    """Every policy of people, by key, as V1 returns it."""
    rows = outside.call(tenant, "GET", "/policy/global", params={"size": 1000})
    found = [outside.call(tenant, "GET", f"/policy/global/{each['id']}") for each in rows]
    return {each["policyKey"]: meaning(each) for each in found if not each["systemGenerated"]}


def meaning(value: Any, name: str = "") -> Any:
    """What is stored without what says nothing: when it was, the order of sets, what joins a single condition."""
    if isinstance(value, list):
        found = [meaning(each) for each in value]
        if name == "circumstances" and len(value) == 1:
            found[0].pop("operator", None)
        return sorted({json.dumps(each, sort_keys=True) for each in found}) if name in SETS else found
    if not isinstance(value, dict):
        return value
    members = {key: meaning(each, key) for key, each in value.items()}
    idle = ("operator",) if len(members.get("conditions", "several")) < 2 else ()
    made = ("predicate",) if "qualifications" in members else ()
    return {key: each for key, each in members.items() if key not in ("updatedAt", "recertify", *idle, *made)}


def imported(workspace: Workspace, tenant: Any, policies: int) -> None:
    """Apply: everything is imported, nothing made, and the tenant is as it was."""
    before = stored(tenant)
    assert len(before) == policies
    printed = workspace.apply()
    assert f"{policies} imported, 0 added" in printed
    workspace.assert_no_changes()
    assert stored(tenant) == before


def test_hcl(workspace: Workspace, lenient: Any) -> None:
    workspace.environment["IMMUTA_HOST"] = lenient.url
    payloads = v2.examples()
    save(lenient, payloads)
    assert main(["policy", "convert", str(v2.PAYLOADS), "--to", "hcl", "--out", str(workspace.folder)]) == 0
    imported(workspace, lenient, len(payloads))


@pytest.mark.soak
@pytest.mark.parametrize("to", ["hcl", "python"])
@given(st.lists(v2.POLICIES, min_size=3, max_size=12))
@settings(max_examples=12, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
def test_any_policies(tmp_path_factory: pytest.TempPathFactory, cli_config: Any, to: str, payloads: list[Any]) -> None:
    """Those policies by chance that the tenant takes."""
    folder = tmp_path_factory.mktemp("any")
    with running_tenant(api_key=API_KEY) as tenant:
        once = {unicodedata.normalize("NFC", each["policyKey"]): each for each in payloads}
        taken = [each for each in map(of_one_kind, once.values()) if takes(tenant, each)]
        assume(taken)
        settings_ = environment(cli_config, folder, IMMUTA_HOST=tenant.url, IMMUTA_API_KEY=API_KEY)
        workspace = Workspace(folder, settings_)
        exported = folder / "exported"
        exported.mkdir()
        for number, each in enumerate(taken):
            (exported / f"{number}.json").write_text(json.dumps(each))
        if to == "hcl":
            assert main(["policy", "convert", str(exported), "--to", "hcl", "--out", str(folder)]) == 0
        else:
            converted_to_python(workspace, exported)
        imported(workspace, tenant, len(taken))


def of_one_kind(payload: dict[str, Any]) -> dict[str, Any]:
    """A policy whose actions have rules of one kind, which is all that the tenant takes."""
    if payload["type"] == "subscription":
        return payload
    actions = []
    for action in payload["actions"]:
        first = action["rules"][0]["type"].lower()
        actions.append({**action, "rules": [each for each in action["rules"] if each["type"].lower() == first]})
    return {**payload, "actions": actions}


def takes(tenant: Any, payload: Any) -> bool:
    """Save a policy, if the tenant takes it."""
    with httpx.Client(base_url=tenant.url, headers={"Authorization": API_KEY}) as client:
        for name in purposes(payload):
            client.post("/api/v2/purpose", json={"name": name})
        return client.post("/api/v2/policy", json=payload).status_code == 200


def purposes(value: Any) -> Iterator[str]:
    """The names of purposes, wherever they are."""
    if isinstance(value, dict):
        yield from value.get("purposes") or ()
    for each in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from purposes(each)


def converted_to_python(workspace: Workspace, *exported: pathlib.Path) -> None:
    """Convert, synthesise, and leave what a stack becomes in the workspace."""
    package = workspace.folder / f"exported_{uuid.uuid4().hex}"
    assert main(["policy", "convert", *map(str, exported), "--to", "python", "--out", str(package)]) == 0
    sys.path.insert(0, str(workspace.folder))
    try:
        written = synth(importlib.import_module(package.name).add_policies)
    finally:
        sys.path.remove(str(workspace.folder))
    needs = {"required_providers": {"immuta": {"source": SOURCE}}}
    (workspace.folder / "cdk.tf.json").write_text(json.dumps(written | {"terraform": needs}))


def test_python(workspace: Workspace, tenant: Any) -> None:
    documented = [each for each in sorted(v2.PAYLOADS.iterdir()) if each.name != "unknown.yaml"]
    payloads = v2.examples(*(each.name for each in documented))
    save(tenant, payloads)
    converted_to_python(workspace, *documented)
    imported(workspace, tenant, len(payloads))
