"""Answers that the documents do not announce: read all the same, or refused with the attribute that cannot be read.

Each case creates every resource in full through a tenant that answers so, plans it, imports it and destroys it.
"""

from __future__ import annotations

import functools
from typing import Any

import pytest

from tests.acceptance.cases import CASES
from tests.acceptance.rewriting import Rewrite, everywhere, rewriting
from tests.acceptance.terraform import Workspace

pytestmark = pytest.mark.terraform

UNANNOUNCED = {"brandNew": {"deep": [1, None, {"x": "y"}]}, "with a space": "x", "ähnlich": None, "self": 1}
KINDS_OF_RULES = (
    *("masking", "rowOrObjectRestriction", "visibility", "prerequisite", "minimization"),
    *("groups", "authorizations", "purposes", "Consistent Value", "tags", "columnTags"),
    *("Snowflake", "Trino"),
)
TRUE_BY_DEFAULT = ("displayAcknowledgement", "enabled", "syncAllDataObjects")
LIFE_OF_CONNECTIONS = (
    *("ACTIVE", "INACTIVE", "ACTIVATING", "DEACTIVATING", "UPDATING", "DELETING", "PENDING", "RUNNING", "SUCCEEDED"),
    *("USER", "GROUP", "DATABASE", "SCHEMA", "TABLE", "table", "schema"),
)
LISTS_OF_AN_OBJECT = ("tags", "stagedPurposes", "workspaceWarnings", "projects", "subpurposes", "conditions")


def _numbers_as_text(name: str, value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _empty_as_null(name: str, value: Any) -> Any:
    return None if value == [] and name in LISTS_OF_AN_OBJECT else value


def _false_as_null(name: str, value: Any) -> Any:
    return None if value is False and name not in TRUE_BY_DEFAULT else value


def _unknown_enumeration(name: str, value: Any) -> Any:
    if value in (*KINDS_OF_RULES, *LIFE_OF_CONNECTIONS):
        return value  # a rule of another kind is another rule, and work whose state is unknown is waited for
    return "never heard of" if name in ("status", "type", "state") and isinstance(value, str) else value


REWRITES: dict[str, Rewrite] = {
    "numbers as text": everywhere(_numbers_as_text),
    "null for an empty list": everywhere(_empty_as_null),
    "null for false": everywhere(_false_as_null),
    "unknown values of enumerations": everywhere(_unknown_enumeration),
}


def test_all_of_it_at_once(attached: Workspace, tenant: Any) -> None:
    def rewrite(answer: Any) -> Any:
        return functools.reduce(lambda body, change: change(body), REWRITES.values(), answer)

    with rewriting(tenant.url, rewrite) as url:
        _round_trips(attached, tenant, url)


@pytest.mark.soak
@pytest.mark.parametrize("rewrite", REWRITES.values(), ids=REWRITES.keys())
def test_each_alone(attached: Workspace, tenant: Any, rewrite: Rewrite) -> None:
    with rewriting(tenant.url, rewrite) as url:
        _round_trips(attached, tenant, url)


def test_unannounced_attributes(attached: Workspace, tenant: Any) -> None:
    """They are ignored, and what an update writes as a whole sends them back: nothing is wiped."""
    sent_back = []

    def accept(body: Any) -> Any:
        metadata = body.get("policyMetadata", {})
        sent_back.extend(set(metadata) & set(UNANNOUNCED))
        known = {name: value for name, value in metadata.items() if name not in UNANNOUNCED}
        return {**body, "policyMetadata": known} if metadata else body

    with rewriting(tenant.url, everywhere(lambda _, value: value, UNANNOUNCED), accept) as url:
        _round_trips(attached, tenant, url)
    assert "brandNew" in sent_back


def _round_trips(workspace: Workspace, tenant: Any, url: str) -> None:
    assert workspace.block is not None
    workspace.block["host"] = url
    for case in CASES:
        workspace.write(case.resources(case.full))
        workspace.apply()
        workspace.assert_no_changes()
        if case.import_ids:
            identifier = workspace.state()[case.address]["id"]
            workspace.run("state", "rm", case.address)
            workspace.import_object(case.address, case.import_ids[0] or f"id:{identifier}")
            planned = workspace.plan()
            changed = {name for each in planned.changes for name in each.attributes}
            assert changed <= case.after_import | case.opaque | case.renewed, planned.text
            if changed:
                workspace.apply_plan()  # some can only be destroyed when their secrets are known again
        workspace.destroy()
        assert (tenant.purposes(), tenant.projects()) == ([], [])


@pytest.mark.parametrize(
    ("name", "value"), [("id", {"a": 1}), ("id", "many"), ("name", ["x"]), ("purposes", "none"), ("deleted", "maybe")]
)
def test_what_cannot_be_read_is_named(attached: Workspace, tenant: Any, name: str, value: Any) -> None:
    """The error names the attribute; when the tenant has come to its senses, the next apply converges."""
    assert attached.block is not None
    purpose, project = {"name": "Research"}, {"project_key": "a", "name": "A"}
    attached.write({"immuta_purpose": {"it": purpose}, "immuta_project": {"it": project}})
    with rewriting(tenant.url, everywhere(lambda each, present: value if each == name else present)) as url:
        config = attached.folder / "main.tf.json"
        good = config.read_text()
        config.write_text(good.replace(tenant.url, url))
        printed = attached.apply_fails()
    assert name in printed
    assert "Traceback" not in printed
    assert "defect of the provider" not in printed
    config.write_text(good)
    attached.apply()
    attached.assert_no_changes()
    assert (len(tenant.purposes()), len(tenant.projects())) == (1, 1)
