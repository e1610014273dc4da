"""The life of an integration: what fails, what is in the way, what takes its time, and what a user reads then."""

from __future__ import annotations

import copy
import json
import pathlib
from collections.abc import Iterator
from typing import Any

import pytest

from immuta_tenant import RunningTenant, running_tenant
from tests.acceptance import outside
from tests.acceptance.cases import integration as case
from tests.acceptance.cases.integration import HOST, VARIANTS
from tests.acceptance.terraform import Workspace, flat
from tests.acceptance.test_integration_attributes import Here, Wire, other_form, values
from tests.faults.core import FailedError, Instance

TEST = "Initial Validation: Basic Connection Test"
MANUAL = VARIANTS["snowflake, key"]
AUTO = VARIANTS["snowflake auto, password"]
HIDDEN = AUTO.configuration | {"snowflake": other_form(AUTO.attributes, "user_password.password", "planted-first")}


@pytest.fixture(scope="module")
def _tenant() -> Iterator[RunningTenant]:
    with running_tenant() as running:
        yield running


@pytest.fixture
def wire() -> Iterator[Wire]:
    made = Wire()
    yield made
    made.close()


@pytest.fixture
def here(_tenant: RunningTenant, wire: Wire) -> Here:
    """A tenant as new."""
    _tenant.reset()
    return Here(_tenant, wire)


def new(configuration: dict[str, Any]) -> Instance:
    """An integration that is not created yet."""
    return Instance("immuta_integration", values(configuration))


def changed(**attributes: Any) -> dict[str, Any]:
    """The manual integration with other attributes."""
    return MANUAL.configuration | {"snowflake": {**MANUAL.attributes, **attributes}}


def methods(here: Here) -> list[str]:
    """What was written, without dry runs."""
    return [method for method, path, _ in here.wire.written if "dryRun" not in path]


def fails(here: Here, instance: Instance) -> str:
    """Apply and expect an error; what the user reads."""
    with pytest.raises(FailedError) as caught:
        here.core.apply(instance)
    return str(caught.value)


def identifier(instance: Instance) -> str:
    assert instance.state is not None
    return str(instance.state["id"])


def test_a_creation_that_is_refused_leaves_nothing(here: Here) -> None:
    """The refusal names no test, so a dry run is asked."""
    here.tenant.integration_fault(operation="create", test=TEST)
    instance = new(MANUAL.configuration)
    told = fails(here, instance)
    assert f'Cannot create immuta_integration "Snowflake/{HOST}": its validation failed\n' in told
    assert f"These validation tests failed:\n  {TEST}: Unable to connect to host.\n" in told
    assert "Nothing was changed." in told
    assert "The server said: Validation of prerequisite setup failed. Unable to create integration." in told
    assert instance.state is None
    here.tenant.clear_integration_faults()
    here.core.apply(instance)
    assert here.core.nothing_to_do(instance)


def test_a_change_that_is_refused_or_fails(here: Here) -> None:
    instance = here.made(MANUAL.configuration)
    instance.config = values(changed(warehouse="OTHER"))
    here.tenant.integration_fault(operation="edit", test=TEST)
    assert f"These validation tests failed:\n  {TEST}: Unable to connect to host." in fails(here, instance)
    here.tenant.clear_integration_faults()
    here.tenant.integration_fault(operation="edit", test=TEST, late=True)
    told = fails(here, instance)
    assert "Immuta accepted the change and could not carry it out, its status is editError\n" in told
    assert f"  {TEST}: Unable to connect to host." in told
    assert "Immuta has gone back to the former configuration." in told
    here.tenant.clear_integration_faults()
    here.core.apply(instance)
    assert here.tenant.integrations()[0]["config"]["warehouse"] == "OTHER"
    assert here.core.nothing_to_do(instance)


def test_a_deletion_that_is_refused_or_fails(here: Here) -> None:
    instance = here.made(MANUAL.configuration)
    for late, words in ((False, "its validation failed"), (True, "it is still there, and its status is deleteError")):
        here.tenant.integration_fault(operation="delete", test=TEST, late=late)
        with pytest.raises(FailedError) as caught:
            here.core.destroy(instance)
        assert f'Cannot delete immuta_integration "Snowflake/{HOST}": {words}' in str(caught.value)
        assert "force_disable = true" in str(caught.value)
        assert f"These validation tests failed:\n  {TEST}: Unable to connect to host.\n" in str(caught.value)
        here.tenant.clear_integration_faults()
    here.core.destroy(instance)
    assert here.tenant.integrations() == []


def test_force_disable_can_be_applied_when_nothing_else_can(here: Here) -> None:
    """Attributes of the configuration only make no request, whatever the status is."""
    instance = here.made(MANUAL.configuration)
    here.tenant.set_integration_status(int(identifier(instance)), "deleteError")
    here.tenant.integration_fault(operation="edit", test=TEST)
    here.tenant.integration_fault(operation="delete", test=TEST)
    before = len(here.wire.written)
    instance.config = values(MANUAL.configuration | {"force_disable": True})
    here.core.apply(instance)
    assert len(here.wire.written) == before
    here.core.destroy(instance)
    assert here.tenant.integrations() == []


def test_what_cannot_be_changed_is_explained(here: Here) -> None:
    variant = VARIANTS["s3, auto"]
    instance = here.made(variant.configuration)
    extra = {"extra_json": json.dumps({"config": {"awsRegion": "us-east-1"}})}
    instance.config = values(variant.configuration | extra)
    told = fails(here, instance)
    assert "Immuta does not change all of it" in told
    assert "non-editable attribute(s). [awsRegion]" in told
    assert "terraform apply -replace=<address>" in told


@pytest.mark.parametrize("status", ["enabled", "createError"])
def test_one_that_is_in_the_way(here: Here, status: str) -> None:
    """An equal one is taken over, with a PUT because of its secrets; another one is named with its import command."""
    outside.call(here.tenant, "POST", "/integrations", json=MANUAL.body)
    there = here.tenant.integrations()[0]["id"]
    here.tenant.set_integration_status(there, status)
    instance = new(changed(warehouse="OTHER"))
    told = fails(here, instance)
    assert "it exists already" in told
    assert "differs from the configuration in: snowflake" in told
    assert f"terraform import <address> 'Snowflake/{HOST}'" in told
    assert (methods(here), instance.state) == ([], None)
    instance = new(MANUAL.configuration)
    here.core.apply(instance)
    assert (methods(here), identifier(instance)) == (["PUT"], there)
    assert here.core.nothing_to_do(instance)


@pytest.mark.parametrize("name", [name for name, each in VARIANTS.items() if each.site])
def test_an_equal_one_is_taken_over(here: Here, name: str) -> None:
    """Everywhere, also where Immuta fills something in; a PUT sends its secrets."""
    variant = VARIANTS[name]
    outside.call(here.tenant, "POST", "/integrations", json=variant.body)
    configuration = variant.configuration
    if "oauth_m2m" in variant.attributes:
        configuration = configuration | {
            "databricks": case.changed(variant.attributes, "oauth_m2m.authority_url", None)
        }
    instance = new(configuration)
    here.core.apply(instance)
    assert methods(here) == ["PUT"]
    assert here.core.nothing_to_do(instance)


def test_another_name_on_the_same_path(here: Here) -> None:
    """Immuta does not name the one that is there."""
    variant = VARIANTS["s3, auto"]
    there = here.made(variant.configuration)
    told = fails(here, new(variant.configuration | {"native_s3": {**variant.attributes, "name": "other"}}))
    assert "The server said: Access Grants location already exists on provided path." in told
    assert f"terraform import <address> 'id:{identifier(there)}'" in told


def test_adopt_existing(here: Here, wire: Wire) -> None:
    here = Here(here.tenant, wire, adopt_existing=True)
    outside.call(here.tenant, "POST", "/integrations", json=MANUAL.body)
    instance = new(changed(warehouse="OTHER"))
    here.core.apply(instance)
    assert methods(here) == ["PUT"]
    assert here.core.nothing_to_do(instance)
    other = new(changed(database="OTHER"))
    assert "what differs cannot be changed\nIt differs in snowflake.database." in fails(here, other)


def test_what_takes_its_time_is_waited_for(wire: Wire) -> None:
    """Creating, changing, deleting, and what the server does meanwhile."""
    with running_tenant(integration_delay=0.05) as tenant:
        here = Here(tenant, wire)
        instance = here.made(MANUAL.configuration)
        assert instance.state is not None
        assert instance.state["status"] == "enabled"
        tenant.set_integration_status(identifier(instance), "migrating", seconds=0.05)
        instance.config = values(changed(warehouse="OTHER"))
        here.core.apply(instance)
        assert methods(here) == ["PUT"]
        assert instance.state["status"] == "enabled"
        here.core.destroy(instance)
        assert tenant.integrations() == []


def test_what_does_not_end_is_told(here: Here) -> None:
    instance = here.made(MANUAL.configuration)
    here.tenant.set_integration_status(identifier(instance), "editing")
    instance.config = values(changed(warehouse="OTHER"))
    told = fails(here, instance)
    assert f'Cannot update immuta_integration "Snowflake/{HOST}"\n' in told
    assert "Last seen: its status is editing" in told
    assert "docs/errors.md#api-not-finished" in told
    assert methods(here) == []


def test_a_creation_that_nobody_waited_for_is_finished(wire: Wire) -> None:
    """The time was too short, or somebody pressed Ctrl-C: it is not deleted, whatever has become of it."""
    with running_tenant(integration_delay=600) as tenant:
        here = Here(tenant, wire)
        instance = new(HIDDEN | {"timeouts": {"create": "1s"}})
        here.core.clock.time = 1000.0
        told = fails(here, instance)
        assert "Waited for the integration 1 to come to rest: it did not end in time." in told
        assert "What to do: run again, which waits on" in told
        assert instance.tainted
        tenant.set_integration_status("1", "enabled")
        long = {"timeouts": {"create": "1m"}}
        other = copy.deepcopy(instance)
        instance.config = values(HIDDEN | long)
        here.core.apply(instance)
        assert methods(here) == ["POST"]  # it has ended well, so nothing is sent again
        assert instance.state is not None
        assert (instance.state["id"], instance.state["status"]) == ("1", "enabled")
        assert here.core.nothing_to_do(instance)
        rotated = other_form(AUTO.attributes, "user_password.password", "planted-second")
        other.config = values(AUTO.configuration | {"snowflake": rotated} | long)
        with pytest.raises(FailedError, match="its status is editing"):
            here.core.apply(other)
        assert methods(here) == ["POST", "PUT"]  # of what was sent only another secret differs
        assert b"planted" not in other.private + instance.private
        tenant.set_integration_status("1", "enabled")
        other.config = values(HIDDEN | long)
        with pytest.raises(FailedError, match="its status is editing"):
            here.core.apply(other)
        assert methods(here) == ["POST", "PUT", "PUT"]  # nobody knows whether the former PUT was carried out


def test_a_failed_creation_elsewhere_is_replaced(here: Here) -> None:
    """What was never set up is deleted where another host is wanted."""
    here.tenant.integration_fault(operation="create", test=TEST, late=True)
    instance = new(AUTO.configuration)
    assert "its status is createError" in fails(here, instance)
    assert instance.tainted
    here.tenant.clear_integration_faults()
    moved = {**AUTO.attributes, "host": "other.snowflakecomputing.com"}
    instance.config = values(AUTO.configuration | {"snowflake": moved})
    here.core.apply(instance)
    assert methods(here) == ["POST", "DELETE", "POST"]
    assert [each["config"]["host"] for each in here.tenant.integrations()] == ["other.snowflakecomputing.com"]


def test_imports(here: Here) -> None:
    """By number, and by type and what it is known by, hosts in any case; what is not there is named."""
    for name in case.ONE_EACH:
        variant = VARIANTS[name]
        here.tenant.reset()
        instance = here.made(variant.configuration)
        typed = [identifier(instance), f"id:{identifier(instance)}"]
        typed += [f"{variant.type}/{variant.site}", f"{variant.type.lower()}/{variant.site}"] if variant.site else []
        typed += [f"{variant.type}/{variant.site.upper()}"] if "." in variant.site else []
        for each in typed:
            answer = here.core._answer("ImportResourceState", type_name="immuta_integration", id=each)
            assert [each.summary for each in answer.diagnostics if each.severity == 1] == [], name
            needed = variant.automatic and variant.platform != "databricks"
            assert len(answer.diagnostics) == bool(needed), name
    for wrong in ("99", "Snowflake/nowhere", "nonsense", "Trino/x", "id:x"):
        answer = here.core._answer("ImportResourceState", type_name="immuta_integration", id=wrong)
        assert [each.severity for each in answer.diagnostics] == [1], wrong


@pytest.mark.terraform
def test_a_failed_creation_is_finished(attached: Workspace, tenant: Any) -> None:
    """Terraform shows a replacement of what is tainted; it is finished in place, and no secret is needed twice."""
    attached.write({"immuta_integration": {"it": HIDDEN}})
    tenant.integration_fault(operation="create", test="Validate Automatic: Database Does Not Exist", late=True)
    printed = attached.apply_fails()
    assert "Immuta accepted it and could not set it up, its status is createError" in printed
    assert "Database Does Not Exist: The database already exists. If this database can be safely dropped" in printed
    assert "cannot be destroyed as it is configured" in printed
    before = attached.state()["immuta_integration.it"]["id"]
    tenant.clear_integration_faults()
    attributes = other_form(AUTO.attributes, "user_password.password", "planted-second")
    attached.write({"immuta_integration": {"it": AUTO.configuration | {"snowflake": attributes}}})
    assert attached.apply_changes().only().action == "replaced"
    attached.assert_no_changes()
    assert attached.state()["immuta_integration.it"]["id"] == before
    written = [entry.method for entry in tenant.request_log() if entry.method != "GET"]
    assert written == ["POST", "PUT"]
    assert tenant.integration_has_secret(before, "password", "planted-second")
    state = (attached.folder / "terraform.tfstate").read_text()
    assert "planted-second" not in state
    printed = flat(attached.run("destroy", "-no-color", "-auto-approve", ok=(1,)))
    assert "Immuta needs the credentials with which it has set the platform up" in printed


@pytest.mark.terraform
def test_created_before_it_is_destroyed(attached: Workspace, tenant: Any) -> None:
    """There can be one on a host: the creation takes it over, and the deletion leaves it alone."""
    lifecycle = {"lifecycle": {"create_before_destroy": True}}
    attached.write({"immuta_integration": {"it": MANUAL.configuration | lifecycle}})
    attached.apply()
    attached.apply("-replace=immuta_integration.it")
    attached.assert_no_changes()
    assert len(tenant.integrations()) == 1
    assert [entry.method for entry in tenant.request_log() if entry.method != "GET"] == ["POST", "PUT"]


@pytest.mark.terraform
def test_values_that_are_known_after_apply(attached: Workspace, tenant: Any) -> None:
    """Any of them, also whole objects; nothing is warned of that is only not known yet."""
    later = {
        "terraform_data": {
            "host": {"input": HOST},
            "user": {"input": {"username": "INSTALLER", "password": "planted-password"}},
            "redshift": {"input": VARIANTS["redshift, okta"].attributes},
            "automatic": {"input": False},
            "password": {"input": "planted-password"},
            "key_file": {"input": VARIANTS["bigquery"].attributes["credential"]},
        }
    }
    snowflake = {
        **AUTO.attributes,
        "host": "${terraform_data.host.output}",
        "user_password": "${terraform_data.user.output}",
    }
    redshift = {
        "auto_bootstrap": "${terraform_data.automatic.output}",
        "redshift": "${terraform_data.redshift.output}",
    }
    login = {"username": "INSTALLER", "password": "${terraform_data.password.output}"}
    other = {**AUTO.attributes, "host": "other.example.net", "database": "OTHER", "user_password": login}
    bigquery = {**VARIANTS["bigquery"].attributes, "credential": "${terraform_data.key_file.output}"}
    all_of_them = {
        "it": {"auto_bootstrap": True, "snowflake": snowflake},
        "secret": {"auto_bootstrap": True, "snowflake": other},
        "bq": {"auto_bootstrap": False, "google_bigquery": bigquery},
        "rs": redshift,
    }
    attached.write({**later, "immuta_integration": all_of_them})
    printed = attached.apply()
    assert "cannot be destroyed" not in flat(printed)
    attached.assert_no_changes()
    hosts = {each["config"].get("host") for each in tenant.integrations()}
    assert hosts == {HOST, "other.example.net", "rs.example.net", None}
    attached.destroy()
    assert tenant.integrations() == []


@pytest.mark.terraform
def test_a_new_key(attached: Workspace, tenant: Any) -> None:
    """Other triggers make another key; one that was made outside is taken over, and nothing is made by an import."""
    trino = {"immuta_integration": {"it": {"trino": {}}}}
    key = {"integration_id": "${immuta_integration.it.id}", "triggers": {"rotated": "1"}}
    attached.write({**trino, "immuta_integration_api_key": {"it": key}})
    attached.apply()
    first = attached.state()["immuta_integration_api_key.it"]["new_key"]
    assert tenant.integrations()[0]["config"]["apiKey"] == first
    made = outside.call(tenant, "POST", f"/integrations/{tenant.integrations()[0]['id']}/regenerate")["newKey"]
    attached.write({**trino, "immuta_integration_api_key": {"it": {**key, "triggers": {"rotated": "2"}}}})
    attached.apply()
    second = attached.state()["immuta_integration_api_key.it"]["new_key"]
    assert len({first, made, second}) == 3
    assert tenant.integrations()[0]["config"]["apiKey"] == second
    snowflake = {"immuta_integration": {"it": MANUAL.configuration}}
    attached.write({**snowflake, "immuta_integration_api_key": {"it": key}})
    assert "Only integrations with Trino have an API key." in attached.apply_fails()


@pytest.mark.terraform
def test_look_ups_and_dry_runs(attached: Workspace, tenant: Any) -> None:
    """No secret in what is shown; a dry run warns of what would fail."""
    names = ("snowflake, client secret", "s3, access key", "bigquery", "redshift, okta")
    made = {f"it_{number}": VARIANTS[name].configuration for number, name in enumerate(names)}
    known = {"type": "Google BigQuery", "known_by": "p-1/immuta_meta"}
    after = {"depends_on": ["immuta_integration.it_0", "immuta_integration.it_2"]}
    attached.write(
        {"immuta_integration": made},
        data={
            "immuta_integration": {"one": {**known, **after}, "by_id": {"id": "${immuta_integration.it_1.id}"}},
            "immuta_integrations": {"all": after, "some": {"type": "Snowflake", **after}},
        },
        output={
            "one": {"value": "${data.immuta_integration.one}"},
            "by_id": {"value": "${data.immuta_integration.by_id.type}"},
            "all": {"value": "${data.immuta_integrations.all}"},
            "some": {"value": "${length(data.immuta_integrations.some.integrations)}"},
        },
    )
    attached.apply()
    shown = json.loads(attached.run("output", "-json"))
    assert (shown["by_id"]["value"], shown["some"]["value"]) == ("Native S3", 1)
    assert json.loads(shown["one"]["value"]["config"])["location"] == "europe-west4"
    assert [text for text in ("planted", "PRIVATE KEY", "AKIA") if text in json.dumps(shown)] == []
    tenant.integration_fault(operation="edit", test=TEST)
    changed = {**made, "it_0": {**made["it_0"], "snowflake": {**made["it_0"]["snowflake"], "warehouse": "OTHER"}}}
    attached.write({"immuta_integration": changed}, provider={"immuta": {"validate_at_plan": True}})
    tenant.clear_request_log()
    printed = attached.plan().text
    assert f'A dry run of the planned change of immuta_integration "Snowflake/{HOST}" failed' in flat(printed)
    assert f"{TEST}: Unable to connect to host." in flat(printed)
    assert {entry.method for entry in tenant.request_log() if entry.query.get("dryRun") != "true"} == {"GET"}


@pytest.mark.terraform
def test_what_a_script_needs(attached: Workspace) -> None:
    """Each kind says what it needs and what it has no use for, before any call."""
    attributes = VARIANTS["snowflake, key"].attributes
    wrong = {
        "no_platform": {"kind": "create"},
        "no_id": {"kind": "edit", "snowflake": attributes},
        "needless_id": {"kind": "cleanup", "integration_id": "1", "snowflake": attributes},
        "needless_platform": {"kind": "delete", "integration_id": "1", "snowflake": attributes},
        "no_such_script": {"kind": "post_cleanup", "snowflake": attributes},
        "no_secret": {"kind": "create", "snowflake": case.changed(attributes, "key_pair.private_key", None)},
    }
    attached.write({}, data={"immuta_integration_script": wrong})
    printed = flat(attached.run("validate", "-no-color", ok=(1,)))
    for words in (
        "kind: the script `create` needs one of azure_synapse_analytics, databricks, redshift, snowflake",
        "integration_id: it is needed for the script `edit`",
        "integration_id: it has no meaning for the script `cleanup`",
        "snowflake: it has no meaning for the script `delete`: the integration says it all",
        "kind: there is no script `post_cleanup` for snowflake, only for azure_synapse_analytics",
        "snowflake.key_pair: one of private_key must be set",
    ):
        assert words in printed, words


@pytest.mark.terraform
def test_secrets_stay_secret(workspace: Workspace, tenant: Any) -> None:
    """Every secret of every platform in its write-only form is in no plan, state, output or log."""
    kept: dict[str, Any] = {}
    for number, name in enumerate(
        ("snowflake auto, key", "redshift auto, okta", "databricks auto, oauth_m2m", "bigquery")
    ):
        variant = VARIANTS[name]
        attributes = variant.attributes
        for path in variant.new:
            if path.rpartition(".")[2] in case.SECRET_NAMES:
                attributes = other_form(attributes, path, variant_secret(variant, path))
        kept[f"it_{number}"] = variant.configuration | {variant.platform: attributes}
    workspace.environment |= {"TF_LOG": "TRACE", "TF_LOG_PATH": str(workspace.folder / "trace.log")}
    workspace.write({"immuta_integration": kept})
    printed = workspace.plan().text + workspace.apply_plan()
    assert len(tenant.integrations()) == 4
    places = {
        "printed": printed,
        "plan": workspace.run("show", "-no-color", "plan"),
        "state": (workspace.folder / "terraform.tfstate").read_text(),
        "tenant": str(tenant.request_log()),
        "trace": pathlib.Path(workspace.environment["TF_LOG_PATH"]).read_text(),
    }
    for marker in ("PRIV_KEY_FILE_PWD=planted", "planted-", "MIIEvQIBADANBgkqplanted", "SSLMode=planted"):
        assert [place for place, text in places.items() if marker in text] == [], marker


def variant_secret(variant: Any, path: str) -> Any:
    found: Any = variant.attributes
    for step in path.split("."):
        found = found[step]
    return found
