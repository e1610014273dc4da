"""`immuta_purpose` with real Terraform."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance import outside
from tests.acceptance.cases.purpose import CASE, FULL
from tests.acceptance.terraform import Workspace, flat

pytestmark = pytest.mark.terraform


def test_unset_attributes_can_be_taken_back(workspace: Workspace, tenant: Any) -> None:
    """Description and noise reduction become null again; the acknowledgement is left as it is."""
    workspace.write(CASE.resources(FULL))
    workspace.apply()
    workspace.write(CASE.resources({"name": "Research.Churn", "depends_on": ["immuta_purpose.parent"]}))
    changed = workspace.apply_changes().only().attributes
    assert changed == {"description", "k_anon_noise_reduction", "re_acknowledge_required", "extra_json"}
    workspace.assert_no_changes()
    found = outside.purpose(tenant, "Research.Churn")
    assert found["description"] in (None, "")
    assert not (found["policyMetadata"] or {}).get("kAnonNoiseReduction")
    assert found["acknowledgement"] == FULL["acknowledgement"]


def test_what_terraform_does_not_manage_is_kept(workspace: Workspace, tenant: Any) -> None:
    """An update leaves alone what only the tenant knows."""
    workspace.write({"immuta_purpose": {"it": {"name": "Retention"}}})
    workspace.apply()
    metadata = {"isHED": True, "allowUnmaskedKAnon": True}
    outside.change_purpose("Retention", displayAcknowledgement=False, policyMetadata=metadata)(tenant)
    workspace.assert_no_changes()
    workspace.write({"immuta_purpose": {"it": {"name": "Retention", "description": "new"}}})
    workspace.apply()
    found = outside.purpose(tenant, "Retention")
    assert (found["description"], found["displayAcknowledgement"], found["policyMetadata"]) == ("new", False, metadata)


def test_a_missing_parent_is_named(workspace: Workspace, tenant: Any) -> None:
    workspace.write({"immuta_purpose": {"it": {"name": "Nowhere.Child"}}})
    printed = workspace.apply_fails()
    assert 'Cannot create immuta_purpose "Nowhere.Child": its parent "Nowhere" does not exist' in printed
    assert "depends_on" in printed
    assert outside.purpose_names(tenant) == set()


def test_a_parent_is_not_deleted_with_its_children(workspace: Workspace, tenant: Any) -> None:
    workspace.write({"immuta_purpose": {"it": {"name": "Root"}}})
    workspace.apply()
    outside.call(tenant, "POST", "/api/v2/purpose", json={"name": "Root.Theirs"})
    printed = flat(workspace.run("destroy", "-no-color", "-auto-approve", ok=(1,)))
    assert "it has sub-purposes" in printed
    assert "Root.Theirs" in printed
    assert outside.purpose_names(tenant) == {"Root", "Root.Theirs"}
    outside.delete_purpose("Root.Theirs")(tenant)
    workspace.destroy()
    assert outside.purpose_names(tenant) == set()


def test_an_equal_purpose_is_adopted_and_another_refused(workspace: Workspace, tenant: Any) -> None:
    outside.call(tenant, "POST", "/api/v2/purpose", json={"name": "Theirs", "description": "made in the UI"})
    workspace.write({"immuta_purpose": {"it": {"name": "Theirs", "description": "mine"}}})
    printed = workspace.apply_fails()
    assert "it exists already" in printed
    assert "differs from the configuration in: description" in printed
    assert "terraform import <address> 'Theirs'" in printed
    assert outside.purpose(tenant, "Theirs")["description"] == "made in the UI"
    workspace.write({"immuta_purpose": {"it": {"name": "Theirs", "description": "made in the UI"}}})
    workspace.apply()
    workspace.assert_no_changes()
    assert workspace.state()["immuta_purpose.it"]["id"] == str(outside.purpose(tenant, "Theirs")["id"])


def test_adopt_existing_takes_over(workspace: Workspace, tenant: Any) -> None:
    outside.call(tenant, "POST", "/api/v2/purpose", json={"name": "Theirs", "description": "made in the UI"})
    wanted = {"immuta_purpose": {"it": {"name": "Theirs", "description": "mine"}}}
    workspace.write(wanted, provider={"immuta": {"adopt_existing": True}})
    workspace.apply()
    workspace.assert_no_changes()
    assert outside.purpose(tenant, "Theirs")["description"] == "mine"


@pytest.mark.parametrize("name", ["a..b", ".a", "a.", " a", "a ", "a. b"])
def test_bad_names_are_refused_before_any_call(workspace: Workspace, name: str) -> None:
    workspace.write({"immuta_purpose": {"it": {"name": name}}})
    printed = flat(workspace.run("validate", "-no-color", ok=(1,)))
    assert "is not a purpose's name" in printed


def test_immutas_own_purposes_are_refused(workspace: Workspace) -> None:
    workspace.write({"immuta_purpose": {"it": {"name": "Re-identification Prohibited"}}})
    assert "belongs to Immuta itself" in workspace.apply_fails()


def test_import_of_what_is_not_there(workspace: Workspace) -> None:
    workspace.write({"immuta_purpose": {"it": {"name": "Nothing"}}})
    printed = flat(workspace.run("import", "-no-color", "immuta_purpose.it", "Nothing", ok=(1,)))
    assert 'There is no purpose "Nothing"' in printed


def test_data_source(workspace: Workspace) -> None:
    """By name and by id, with what is below."""
    by_id = {"id": "${data.immuta_purpose.by_name.id}"}
    workspace.write(
        CASE.resources(FULL),
        data={"immuta_purpose": {"by_name": {"name": "Research", "depends_on": ["immuta_purpose.it"]}, "by_id": by_id}},
        output={"below": {"value": '${join(",", data.immuta_purpose.by_id.subpurposes)}'}},
    )
    assert 'below = "Research.Churn"' in workspace.apply()
    workspace.assert_no_changes()


def test_data_source_of_what_is_not_there(workspace: Workspace) -> None:
    workspace.write({}, data={"immuta_purpose": {"it": {"name": "Nothing"}}})
    assert 'There is no purpose named "Nothing"' in flat(workspace.run("plan", "-no-color", ok=(1,)))


def test_extra_json_is_compared_at_its_paths(workspace: Workspace, tenant: Any) -> None:
    """What the provider knows no attribute for is written, and seen when it changes."""
    extra = '{"policyMetadata": {"isHED": true}, "acknowledgement": "From extra."}'
    workspace.write({"immuta_purpose": {"it": {"name": "Retention", "extra_json": extra}}})
    workspace.apply()
    workspace.assert_no_changes()
    stored = outside.purpose(tenant, "Retention")
    outside.change_purpose("Retention", acknowledgement="changed outside")(tenant)
    assert workspace.apply_changes().only().attributes == {"extra_json"}
    workspace.assert_no_changes()
    assert stored["acknowledgement"] == outside.purpose(tenant, "Retention")["acknowledgement"] == "From extra."


@pytest.mark.parametrize("extra", ["[]", "nonsense", "1"])
def test_extra_json_is_an_object(workspace: Workspace, extra: str) -> None:
    workspace.write({"immuta_purpose": {"it": {"name": "Retention", "extra_json": extra}}})
    assert "it is" in flat(workspace.run("validate", "-no-color", ok=(1,)))


def test_a_protected_purpose_is_neither_destroyed_nor_replaced(workspace: Workspace, tenant: Any) -> None:
    workspace.write({"immuta_purpose": {"it": {"name": "Kept", "deletion_protection": True}}})
    workspace.apply()
    workspace.assert_no_changes()
    assert "is protected against deletion" in flat(workspace.run("plan", "-destroy", "-no-color", ok=(1,)))
    workspace.write({"immuta_purpose": {"it": {"name": "Other", "deletion_protection": True}}})
    assert "is protected against deletion" in flat(workspace.run("plan", "-no-color", ok=(1,)))
    workspace.write({"immuta_purpose": {"it": {"name": "Kept", "deletion_protection": False}}})
    workspace.apply()
    workspace.destroy()
    assert outside.purpose_names(tenant) == set()


def test_lists_and_the_current_user(workspace: Workspace, tenant: Any) -> None:
    depends = {"depends_on": ["immuta_purpose.it"]}
    workspace.write(
        CASE.resources(FULL),
        data={
            "immuta_purposes": {"below": {"root": "Research", **depends}},
            "immuta_current_user": {"me": {}},
        },
        output={
            "names": {"value": '${join(",", data.immuta_purposes.below.purposes[*].name)}'},
            "may_govern": {"value": '${contains(data.immuta_current_user.me.permissions, "GOVERNANCE")}'},
        },
    )
    printed = workspace.apply()
    assert 'names = "Research,Research.Churn"' in printed
    assert "may_govern = true" in printed
    workspace.assert_no_changes()
