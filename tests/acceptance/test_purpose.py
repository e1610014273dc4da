"""`immuta_purpose` with real Terraform."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance import outside
from tests.acceptance.cases.purpose import CASE, FULL
from tests.acceptance.terraform import Workspace, flat

pytestmark = pytest.mark.terraform


def test_unset_attributes_can_be_taken_back(attached: Workspace, tenant: Any) -> None:
    """Description and noise reduction become null again; the acknowledgement is left as it is."""
    attached.write(CASE.resources(FULL))
    attached.apply()
    attached.write(CASE.resources({"name": "Research.Churn", "depends_on": ["immuta_purpose.parent"]}))
    changed = attached.apply_changes().only().attributes
    assert changed == {"description", "k_anon_noise_reduction", "re_acknowledge_required", "extra_json"}
    attached.assert_no_changes()
    found = outside.purpose(tenant, "Research.Churn")
    assert found["description"] in (None, "")
    assert not (found["policyMetadata"] or {}).get("kAnonNoiseReduction")
    assert found["acknowledgement"] == FULL["acknowledgement"]


def test_what_terraform_does_not_manage_is_kept(attached: Workspace, tenant: Any) -> None:
    """An update leaves alone what only the tenant knows."""
    attached.write({"immuta_purpose": {"it": {"name": "Retention"}}})
    attached.apply()
    metadata = {"isHED": True, "allowUnmaskedKAnon": True}
    outside.change_purpose("Retention", displayAcknowledgement=False, policyMetadata=metadata)(tenant)
    attached.assert_no_changes()
    attached.write({"immuta_purpose": {"it": {"name": "Retention", "description": "new"}}})
    attached.apply()
    found = outside.purpose(tenant, "Retention")
    assert (found["description"], found["displayAcknowledgement"], found["policyMetadata"]) == ("new", False, metadata)


def test_a_missing_parent_is_named(attached: Workspace, tenant: Any) -> None:
    attached.write({"immuta_purpose": {"it": {"name": "Nowhere.Child"}}})
    printed = attached.apply_fails()
    assert 'Cannot create immuta_purpose "Nowhere.Child": its parent "Nowhere" does not exist' in printed
    assert "depends_on" in printed
    assert outside.purpose_names(tenant) == set()


def test_a_parent_is_not_deleted_with_its_children(attached: Workspace, tenant: Any) -> None:
    attached.write({"immuta_purpose": {"it": {"name": "Root"}}})
    attached.apply()
    outside.call(tenant, "POST", "/api/v2/purpose", json={"name": "Root.Theirs"})
    printed = flat(attached.run("destroy", "-no-color", "-auto-approve", ok=(1,)))
    assert "it has sub-purposes" in printed
    assert "Root.Theirs" in printed
    assert outside.purpose_names(tenant) == {"Root", "Root.Theirs"}
    outside.delete_purpose("Root.Theirs")(tenant)
    attached.destroy()
    assert outside.purpose_names(tenant) == set()


def test_an_equal_purpose_is_adopted_and_another_refused(attached: Workspace, tenant: Any) -> None:
    outside.call(tenant, "POST", "/api/v2/purpose", json={"name": "Theirs", "description": "made in the UI"})
    attached.write({"immuta_purpose": {"it": {"name": "Theirs", "description": "mine"}}})
    printed = attached.apply_fails()
    assert "it exists already" in printed
    assert "differs from the configuration in: description" in printed
    assert "terraform import <address> 'Theirs'" in printed
    assert outside.purpose(tenant, "Theirs")["description"] == "made in the UI"
    attached.write({"immuta_purpose": {"it": {"name": "Theirs", "description": "made in the UI"}}})
    attached.apply()
    attached.assert_no_changes()
    assert attached.state()["immuta_purpose.it"]["id"] == str(outside.purpose(tenant, "Theirs")["id"])


def test_adopt_existing_takes_over(attached: Workspace, tenant: Any) -> None:
    outside.call(tenant, "POST", "/api/v2/purpose", json={"name": "Theirs", "description": "made in the UI"})
    wanted = {"immuta_purpose": {"it": {"name": "Theirs", "description": "mine"}}}
    attached.write(wanted, provider={"immuta": {"adopt_existing": True}})
    attached.apply()
    attached.assert_no_changes()
    assert outside.purpose(tenant, "Theirs")["description"] == "mine"


@pytest.mark.parametrize("name", ["a..b", ".a", "a.", " a", "a ", "a. b"])
def test_bad_names_are_refused_before_any_call(attached: Workspace, name: str) -> None:
    attached.write({"immuta_purpose": {"it": {"name": name}}})
    printed = flat(attached.run("validate", "-no-color", ok=(1,)))
    assert "is not a purpose's name" in printed


def test_immutas_own_purposes_are_refused(attached: Workspace) -> None:
    attached.write({"immuta_purpose": {"it": {"name": "Re-identification Prohibited"}}})
    assert "belongs to Immuta itself" in attached.apply_fails()


def test_import_of_what_is_not_there(attached: Workspace) -> None:
    attached.write({"immuta_purpose": {"it": {"name": "Nothing"}}})
    printed = flat(attached.run("import", "-no-color", "immuta_purpose.it", "Nothing", ok=(1,)))
    assert 'There is no purpose "Nothing"' in printed


def test_data_source(attached: Workspace) -> None:
    """By name and by id, with what is below."""
    by_id = {"id": "${data.immuta_purpose.by_name.id}"}
    attached.write(
        CASE.resources(FULL),
        data={"immuta_purpose": {"by_name": {"name": "Research", "depends_on": ["immuta_purpose.it"]}, "by_id": by_id}},
        output={"below": {"value": '${join(",", data.immuta_purpose.by_id.subpurposes)}'}},
    )
    assert 'below = "Research.Churn"' in attached.apply()
    attached.assert_no_changes()


def test_data_source_of_what_is_not_there(attached: Workspace) -> None:
    attached.write({}, data={"immuta_purpose": {"it": {"name": "Nothing"}}})
    assert 'There is no purpose named "Nothing"' in flat(attached.run("plan", "-no-color", ok=(1,)))


def test_extra_json_is_compared_at_its_paths(attached: Workspace, tenant: Any) -> None:
    """What the provider knows no attribute for is written, and seen when it changes."""
    extra = '{"policyMetadata": {"isHED": true}, "acknowledgement": "From extra."}'
    attached.write({"immuta_purpose": {"it": {"name": "Retention", "extra_json": extra}}})
    attached.apply()
    attached.assert_no_changes()
    stored = outside.purpose(tenant, "Retention")
    outside.change_purpose("Retention", acknowledgement="changed outside")(tenant)
    assert attached.apply_changes().only().attributes == {"extra_json"}
    attached.assert_no_changes()
    assert stored["acknowledgement"] == outside.purpose(tenant, "Retention")["acknowledgement"] == "From extra."


@pytest.mark.parametrize("extra", ["[]", "nonsense", "1"])
def test_extra_json_is_an_object(attached: Workspace, extra: str) -> None:
    attached.write({"immuta_purpose": {"it": {"name": "Retention", "extra_json": extra}}})
    assert "it is" in flat(attached.run("validate", "-no-color", ok=(1,)))


def test_a_protected_purpose_is_neither_destroyed_nor_replaced(attached: Workspace, tenant: Any) -> None:
    attached.write({"immuta_purpose": {"it": {"name": "Kept", "deletion_protection": True}}})
    attached.apply()
    attached.assert_no_changes()
    assert "is protected against deletion" in flat(attached.run("plan", "-destroy", "-no-color", ok=(1,)))
    attached.write({"immuta_purpose": {"it": {"name": "Other", "deletion_protection": True}}})
    said = flat(attached.run("plan", "-no-color", ok=(1,)))
    assert 'immuta_purpose "Kept" is protected against deletion' in said
    attached.write({"immuta_purpose": {"it": {"name": "Kept", "deletion_protection": True}}})
    assert "is protected against deletion" in attached.apply_fails("-replace=immuta_purpose.it")
    attached.run("taint", "immuta_purpose.it")
    assert "run `terraform untaint <address>` first" in attached.apply_fails()
    assert outside.purpose_names(tenant) == {"Kept"}
    attached.run("untaint", "immuta_purpose.it")
    attached.write({"immuta_purpose": {"it": {"name": "Kept", "deletion_protection": False}}})
    attached.apply()
    attached.destroy()
    assert outside.purpose_names(tenant) == set()


def test_lists_and_the_current_user(attached: Workspace, tenant: Any) -> None:
    depends = {"depends_on": ["immuta_purpose.it"]}
    attached.write(
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
    printed = attached.apply()
    assert 'names = "Research,Research.Churn"' in printed
    assert "may_govern = true" in printed
    attached.assert_no_changes()
