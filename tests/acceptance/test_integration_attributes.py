"""Every attribute of an integration, on all seven platforms with every way to sign in, set up by Immuta and by hand.

Terraform's side of the protocol is played in process (`tests.faults.core`): two hundred attributes, each changed inside
and outside, would take Terraform itself the better part of an hour. The provider's real servicer answers, and the real
tenant.
"""

from __future__ import annotations

import copy
import itertools
import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from immuta_provider.resources.integration import Integration
from immuta_provider.resources.integrations.forms import camel
from immuta_tenant import RunningTenant, running_tenant
from terraform_plugin.codec import decode, from_json
from tests.acceptance.cases import integration as case
from tests.acceptance.cases.integration import SECRET_NAMES, VARIANTS, Variant
from tests.faults.core import Core, FailedError, Instance

BLOCK = Integration.block
INSIDE = {"oauth_client_credentials": "oAuthClientConfig", "oauth_m2m": "oAuthClientConfig", "okta": "okta"}
METHODS = {*INSIDE, "user_password", "key_pair", "access_key", "auto", "token"}
every_variant = pytest.mark.parametrize("variant", VARIANTS.values(), ids=VARIANTS.keys())


class Wire(httpx.BaseTransport):
    """The network, which keeps what was written."""

    def __init__(self) -> None:
        self._inner = httpx.HTTPTransport()
        self.written: list[tuple[str, str, Any]] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if request.method != "GET":
            body = json.loads(request.content) if request.content else None
            self.written.append((request.method, request.url.raw_path.decode(), body))
        return self._inner.handle_request(request)

    def close(self) -> None:
        self._inner.close()


class Here:
    """A tenant, a network, and a Terraform that is played."""

    def __init__(self, tenant: RunningTenant, wire: Wire, **block: Any) -> None:
        self.tenant, self.wire = tenant, wire
        self.core = Core(tenant, wire, **block)

    def made(self, configuration: dict[str, Any]) -> Instance:
        """An integration that was created."""
        instance = Instance("immuta_integration", values(configuration))
        self.core.apply(instance)
        self.wire.written.clear()
        return instance

    def planned(self, instance: Instance, configuration: dict[str, Any]) -> tuple[set[str], list[str]]:
        """The attributes that change at the top, and the paths that need a new object.

        Each change makes the validation results anew, so they are not told.
        """
        instance.config = values(configuration)
        self.core.run()
        self.core.refresh(instance)
        answer = self.core.plan(instance)
        after, before = decode(answer.planned_state.msgpack, BLOCK.kind), instance.state or {}
        replaced = [".".join(step.attribute_name for step in each.steps) for each in answer.requires_replace]
        return {name for name in after if after[name] != before[name]} - {"validation_results"}, replaced


def values(configuration: dict[str, Any]) -> dict[str, Any]:
    """A configuration as Terraform sends it."""
    return dict(from_json(configuration, BLOCK.kind))


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


def in_config(path: str) -> list[str]:
    """Where an attribute stands in the API's `config`."""
    first, *others = path.split(".")
    if first == "credential" or first not in METHODS or not others:
        return [camel(each) for each in (first, *others)]
    if first == "oauth_client_credentials" and others == ["username"]:
        return ["username"]
    return [INSIDE[first], camel(others[0])] if first in INSIDE else [camel(others[0])]


def put(config: dict[str, Any], path: list[str], value: Any) -> dict[str, Any]:
    """A copy of a `config` with another value at the end of a path; what is off says nothing else."""
    made = copy.deepcopy(config)
    place = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    if path[-1] == "enabled":
        made[path[0]] = {"enabled": value}
    return made


def other_form(attributes: dict[str, Any], path: str, value: Any, version: int = 1) -> dict[str, Any]:
    """The attributes with a secret in its write-only form."""
    made = case.changed(attributes, path, None)
    made = case.changed(made, f"{path}_wo", value)
    return case.changed(made, f"{path}_wo_version", version)


def test_the_table_has_every_attribute() -> None:
    """Each leaf of each platform has another value somewhere, each secret in its three forms."""
    every = {
        name
        for name, member in BLOCK.walk()
        if name.split(".")[0] in {each.platform for each in VARIANTS.values()}
        and not member.nested
        and (member.required or member.optional)
        and not name.endswith(("_wo", "_wo_version"))
    }
    table = {f"{each.platform}.{path}" for each in VARIANTS.values() for path in each.new}
    assert every - table == {"snowflake.oauth_client_credentials.use_certificate"}
    assert table <= every


@every_variant
def test_the_request_is_as_documented(here: Here, variant: Variant) -> None:
    """What is sent, what the tenant holds, and that an import finds it; a deletion has the right body."""
    instance = Instance("immuta_integration", values(variant.configuration))
    here.core.apply(instance)
    assert here.wire.written == [("POST", "/integrations", variant.body)]
    assert here.core.nothing_to_do(instance)
    here.wire.written.clear()
    here.core.destroy(instance)
    assert here.wire.written == [("DELETE", f"/integrations/{_id(instance, here)}", _disabling(variant))]
    assert here.tenant.integrations() == []


def _id(instance: Instance, here: Here) -> str:
    return str(here.tenant.request_log()[-1].path.split("/")[2]) if instance.state is None else instance.state["id"]


def _disabling(variant: Variant) -> dict[str, Any] | None:
    """The credentials of a deletion, from the documents."""
    if not variant.automatic or variant.platform == "databricks":
        return None
    names = {"authenticationType", "username", "password", "privateKey", "okta", "databaseUser", "accessKeyId"}
    names |= {"secretKey", "sessionToken"} | ({"role"} if variant.platform == "snowflake" else set())
    return {name: value for name, value in variant.config.items() if name in names}


@every_variant
def test_every_attribute(here: Here, variant: Variant) -> None:
    """A change is planned as that alone and the whole is sent; made outside it is seen and put right."""
    instance = here.made(variant.configuration)
    stored, made = here.tenant.store.dump(), instance
    for path, value in _of_its_own(variant).items():
        here.tenant.store.load(stored)
        here.wire.written.clear()
        instance = copy.deepcopy(made)
        if path in variant.replaces:
            _check_replaced(here, variant, instance, path, value)
        else:
            _check_changed(here, variant, instance, path, value)


def _of_its_own(variant: Variant) -> dict[str, Any]:
    """What no earlier variant of the platform has gone through."""
    earlier = itertools.takewhile(lambda each: each is not variant, VARIANTS.values())
    done = {path for each in earlier if each.platform == variant.platform for path in each.new}
    return {path: value for path, value in variant.new.items() if path not in done}


def _check_replaced(here: Here, variant: Variant, instance: Instance, path: str, value: Any) -> None:
    wanted = variant.configuration | {variant.platform: case.changed(variant.attributes, path, value)}
    assert here.planned(instance, wanted) == ({variant.platform}, [f"{variant.platform}.{path}"]), path


def _check_changed(here: Here, variant: Variant, instance: Instance, path: str, value: Any) -> None:
    wanted = variant.configuration | {variant.platform: case.changed(variant.attributes, path, value)}
    assert here.planned(instance, wanted) == ({variant.platform}, []), path
    here.core.apply(instance)
    config = put(variant.config, in_config(path), value)
    identifier = instance.state["id"] if instance.state else ""
    assert here.wire.written == [("PUT", f"/integrations/{identifier}", {**variant.body, "config": config})], path
    assert here.core.nothing_to_do(instance), path
    here.wire.written.clear()
    _check_outside(here, variant, instance, path, wanted)


def _check_outside(here: Here, variant: Variant, instance: Instance, path: str, wanted: dict[str, Any]) -> None:
    """Undone outside it shows, unless the API hides it; an apply puts it right."""
    top = in_config(path)[0]
    here.tenant.change_integration(instance.state["id"] if instance.state else "", **{top: variant.config[top]})
    changed, _ = here.planned(instance, wanted)
    if path in variant.hidden:
        assert changed == set(), path
        return
    assert changed == {variant.platform}, path
    here.core.apply(instance)
    assert here.core.nothing_to_do(instance), path


@every_variant
def test_every_secret_without_the_state(here: Here, variant: Variant) -> None:
    """Write-only, it reaches the tenant and not the state; another version sends it again, another value alone not."""
    for path in [path for path in _of_its_own(variant) if path.rpartition(".")[2] in SECRET_NAMES]:
        here.tenant.reset()
        first, second = _secret(variant, path), variant.new[path]
        hidden = variant.configuration | {variant.platform: other_form(variant.attributes, path, first)}
        instance = here.made(hidden)
        assert first not in json.dumps(instance.state), path
        assert here.core.nothing_to_do(instance), path
        rotated = variant.configuration | {variant.platform: other_form(variant.attributes, path, second)}
        assert here.planned(instance, rotated) == (set(), []), path
        rotated = variant.configuration | {variant.platform: other_form(variant.attributes, path, second, 2)}
        assert here.planned(instance, rotated) == ({variant.platform}, []), path
        here.core.apply(instance)
        assert here.wire.written[-1][2]["config"] == put(variant.config, in_config(path), second), path
        assert second not in json.dumps(instance.state), path
        assert here.core.nothing_to_do(instance), path


def _secret(variant: Variant, path: str) -> Any:
    found: Any = variant.attributes
    for step in path.split("."):
        found = found[step]
    return found


def test_defaults_are_sent(here: Here) -> None:
    """The whole desired object, because nobody says what a PUT does with what is left out."""
    user = {"user_password": {"username": "U", "password": "planted"}}
    instance = Instance(
        "immuta_integration",
        values({"auto_bootstrap": False, "snowflake": {"host": "h", "warehouse": "w", "database": "d", **user}}),
    )
    here.core.apply(instance)
    assert here.wire.written[0][2]["config"] == {
        "host": "h",
        "port": 443,
        "warehouse": "w",
        "database": "d",
        "authenticationType": "userPassword",
        "username": "U",
        "password": "planted",
        **{each: {"enabled": False} for each in ("audit", "impersonation", "workspaces", "lineage")},
        "userRolePattern": {"exclude": []},
    }


def test_another_way_to_sign_in(here: Here) -> None:
    """It is sent alone; one that somebody else chose is put right."""
    for first, second in (
        ("snowflake, password", "snowflake, client secret"),
        ("redshift, okta", "redshift, access_key"),
        ("databricks, token", "databricks, oauth_m2m"),
        ("s3, auto", "s3, access key"),
    ):
        before, after = VARIANTS[first], VARIANTS[second]
        instance = here.made(before.configuration)
        assert here.planned(instance, after.configuration) == ({before.platform}, []), second
        here.core.apply(instance)
        assert here.wire.written[-1][2] == after.body
        assert here.core.nothing_to_do(instance), second
        assert here.planned(instance, before.configuration) == ({before.platform}, []), first
        here.core.apply(instance)
        assert here.core.nothing_to_do(instance), first


def test_another_way_of_set_up_is_another_integration(here: Here) -> None:
    instance = here.made(VARIANTS["snowflake auto, key"].configuration)
    _, replaced = here.planned(instance, VARIANTS["snowflake, key"].configuration)
    assert replaced == [
        "auto_bootstrap",
    ]
    _, replaced = here.planned(instance, VARIANTS["synapse auto"].configuration)
    assert sorted(replaced) == ["azure_synapse_analytics", "snowflake"]


@pytest.mark.parametrize(("view", "ids"), [("strict", "number"), ("sparse", "string")])
def test_what_the_api_shows_makes_no_difference(wire: Wire, view: str, ids: str) -> None:
    """Everything redacted, or attributes left out that no example shows: no false change, and a PUT hides nothing."""
    with running_tenant(integration_view=view, integration_ids=ids) as tenant:
        here = Here(tenant, wire)
        for name in case.ONE_EACH:
            variant = VARIANTS[name]
            tenant.reset()
            instance = here.made(variant.configuration)
            assert here.core.nothing_to_do(instance), name
            if variant.new:
                path, value = next(each for each in variant.new.items() if each[0] not in variant.replaces)
                changed = variant.configuration | {variant.platform: case.changed(variant.attributes, path, value)}
                assert here.planned(instance, changed) == ({variant.platform}, []), name
                here.core.apply(instance)
                assert here.wire.written[-1][2]["config"] == put(variant.config, in_config(path), value), name
                assert here.core.nothing_to_do(instance), name


def test_extra_json_is_compared_at_its_paths(here: Here) -> None:
    variant = VARIANTS["snowflake, key"]
    extra = {"extra_json": json.dumps({"config": {"audit": {"enabled": True}}})}
    instance = here.made(variant.configuration | extra)
    here.tenant.change_integration(here.tenant.integrations()[0]["id"], audit={"enabled": False})
    assert here.planned(instance, variant.configuration | extra)[0] == {"extra_json", "snowflake"}
    here.core.apply(instance)
    assert here.core.nothing_to_do(instance)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("snowflake auto, password", {"auto_bootstrap": None}, "auto_bootstrap"),
    ("trino", {"auto_bootstrap": True}, "auto_bootstrap"),
    ("s3, auto", {"auto_bootstrap": True}, "auto_bootstrap"),
    ("bigquery", {"auto_bootstrap": True}, "auto_bootstrap"),
    ("snowflake auto, password", {"role": None}, "snowflake.role"),
    ("redshift auto, okta", {"initial_database": None}, "redshift.initial_database"),
    ("snowflake, client secret", {"auto_bootstrap": True}, "snowflake.oauth_client_credentials"),
    ("snowflake, key", {"privileged_connect_args": "x=y"}, "snowflake.privileged_connect_args"),
    (
        "snowflake, client secret",
        {"oauth_client_credentials.use_certificate": True},
        "snowflake.oauth_client_credentials.public_certificate_thumbprint",
    ),
    (
        "snowflake, certificate",
        {"oauth_client_credentials.oauth_private_key": None},
        "snowflake.oauth_client_credentials.oauth_private_key",
    ),
    ("snowflake, key", {"port": 65536}, "snowflake.port"),
    ("snowflake, key", {"host": "https://ac1.snowflakecomputing.com"}, "snowflake.host"),
    ("snowflake, key", {"key_pair.private_key": "<REDACTED>"}, "snowflake.key_pair.private_key"),
    ("snowflake, key", {"key_pair.username": "<REDACTED>"}, "snowflake.key_pair.username"),
    ("snowflake, key", {"lineage.lineage_config": None}, "snowflake.lineage.lineage_config"),
    (
        "snowflake, key",
        {"lineage.lineage_config.ingest_batch_size": 0},
        "snowflake.lineage.lineage_config.ingest_batch_size",
    ),
    ("snowflake, key", {"user_role_pattern.exclude": [""]}, "snowflake.user_role_pattern.exclude"),
    ("snowflake, key", {"user_password": {"username": "u", "password": "p"}}, "snowflake.key_pair"),
    (
        "synapse",
        {"metadata_delimiters.array_delimiter": "#"},
        "azure_synapse_analytics.metadata_delimiters.array_delimiter",
    ),
    ("databricks, token", {"catalog": "1st"}, "databricks.catalog"),
    ("databricks, token", {"token.token": "REDACTED"}, "databricks.token.token"),
    ("bigquery", {"dataset_suffix": "secure"}, "google_bigquery.dataset_suffix"),
    ("bigquery", {"credential": "{}"}, "google_bigquery.credential"),
    (
        "bigquery",
        {"credential": json.dumps(case.KEY_FILE | {"client_email": "x@example.com"})},
        "google_bigquery.credential",
    ),
    ("s3, auto", {"aws_location_path": "lake-eu/"}, "native_s3.aws_location_path"),
    (
        "snowflake, key",
        {"destroy_credentials": {"key_pair": {"username": "u", "private_key": "k"}}},
        "destroy_credentials",
    ),
    ("databricks, token", {"destroy_credentials": case.CREDENTIALS}, "destroy_credentials"),
    ("snowflake auto, key", {"destroy_credentials": case.CREDENTIALS}, "destroy_credentials"),
]


@pytest.mark.parametrize(("name", "change", "path"), REFUSED, ids=[f"{name} {path}" for name, _, path in REFUSED])
def test_what_is_refused_before_any_call(here: Here, name: str, change: dict[str, Any], path: str) -> None:
    variant = VARIANTS[name]
    configuration = variant.configuration
    for at, value in change.items():
        if at in ("auto_bootstrap", "destroy_credentials"):
            configuration = configuration | {at: value}
        else:
            configuration = configuration | {variant.platform: case.changed(configuration[variant.platform], at, value)}
    assert path in here.core.refused("immuta_integration", values(configuration))
    assert here.core.refused("immuta_integration", values(variant.configuration)) == []


def test_a_destroy_takes_the_credentials(here: Here) -> None:
    """From the state, from `destroy_credentials` where the secrets are write-only, or none where it is forced."""
    for name, given in {
        "snowflake auto, password": {"user_password": {"username": "D", "password": "planted-destroy"}},
        "snowflake auto, key": {"key_pair": {"username": "D", "private_key": "planted-destroy"}},
        "redshift auto, access_key": {
            "access_key": {"database_user": "D", "access_key_id": "A", "secret_key": "S", "session_token": "T"}
        },
        "redshift auto, okta": {
            "okta": {"username": "D", "password": "P", "app_id": "a", "idp_host": "i", "role": "r"}
        },
        "synapse auto": {"user_password": {"username": "D", "password": "planted-destroy"}},
    }.items():
        variant = VARIANTS[name]
        instance = here.made(variant.configuration)
        wanted = variant.configuration | {"destroy_credentials": given}
        assert here.planned(instance, wanted) == ({"destroy_credentials"}, []), name
        here.core.apply(instance)
        assert here.wire.written == [], name
        assert here.core.nothing_to_do(instance), name
        here.core.destroy(instance)
        ((method, login),) = given.items()
        flat = {camel(key): value for key, value in login.items()}
        expected = {**_disabling(variant), **({"okta": flat} if method == "okta" else flat)}  # type: ignore[dict-item]
        assert here.wire.written.pop()[2] == expected, name


def test_a_destroy_without_credentials_is_refused_in_the_plan(here: Here) -> None:
    variant = VARIANTS["snowflake auto, password"]
    hidden = variant.configuration | {
        "snowflake": other_form(variant.attributes, "user_password.password", "planted-password")
    }
    instance = here.made(hidden)
    with pytest.raises(FailedError, match=r"Immuta needs the credentials with which it has set the platform up"):
        here.core.destroy(instance)
    assert here.wire.written == []
    here.planned(instance, hidden | {"force_disable": True})
    here.core.apply(instance)
    here.core.destroy(instance)
    assert [(method, path.partition("?")[2]) for method, path, _ in here.wire.written] == [
        ("DELETE", "forceDisable=true")
    ]


def test_statuses(here: Here) -> None:
    """An error is put right by the next apply; a periodic check is only told; an unknown status is nothing."""
    variant = VARIANTS["snowflake, key"]
    for status, plan in {
        "editError": {"status"},
        "deleteError": {"status"},
        "migrateError": {"status"},
        "createError": {"status"},
        "recurringValidationError": set(),
        "neverHeardOf": set(),
    }.items():
        instance = here.made(variant.configuration)
        identifier = instance.state["id"] if instance.state else ""
        here.tenant.set_integration_status(identifier, status, test="Initial Validation: Basic Connection Test")
        assert here.planned(instance, variant.configuration) == (plan, []), status
        assert instance.state is not None
        assert instance.state["status"] == status
        failed = [each for each in instance.state["validation_results"]["tests"] if each["status"] == "failed"]
        assert [(each["name"], each["message"]) for each in failed] == [
            ("Initial Validation: Basic Connection Test", "Unable to connect to host.")
        ]
        here.core.apply(instance)
        assert instance.state["status"] == ("enabled" if plan else status)
        assert [method for method, _, _ in here.wire.written] == ["PUT"] * bool(plan)
        here.core.destroy(instance)


@pytest.mark.parametrize("status", ["deleted", "disabled"])
@pytest.mark.parametrize("readable", [True, False])
def test_what_is_gone_is_made_again(wire: Wire, status: str, readable: bool) -> None:
    with running_tenant(deleted_integrations_readable=readable) as tenant:
        here = Here(tenant, wire)
        instance = here.made(VARIANTS["databricks, token"].configuration)
        tenant.set_integration_status(instance.state["id"] if instance.state else "", status)
        here.core.apply(instance)
        assert [method for method, _, _ in wire.written] == ["POST"]
        here.core.destroy(instance)
        assert tenant.integrations() == []
