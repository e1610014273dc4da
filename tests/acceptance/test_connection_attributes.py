"""Every attribute of a connection, with every kind of credential on both platforms.

Terraform's side of the protocol is played in process (`tests.faults.core`): a hundred attributes, each changed inside
and outside, would take Terraform itself many minutes. The provider's real servicer answers, and the real tenant.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import httpx
import pytest

from immuta_provider.resources.connections.forms import camel
from terraform_plugin import UNKNOWN, is_unknown
from terraform_plugin.codec import decode
from tests.acceptance import outside
from tests.acceptance.cases import connection as case
from tests.acceptance.cases.connection import KEY
from tests.acceptance.played import BLOCK, Here, values
from tests.faults.core import FailedError, Instance

KINDS = [("snowflake", kind) for kind in case.OF_SNOWFLAKE] + [("databricks", kind) for kind in case.OF_DATABRICKS]
PART = "client_configuration.credential"
FIRST = {"snowflake": case.OF_SNOWFLAKE[0], "databricks": case.OF_DATABRICKS[0]}
every_kind = pytest.mark.parametrize(("platform", "kind"), KINDS, ids=lambda each: each)


def configured(platform: str, kind: str) -> dict[str, Any]:
    """A connection with everything, one kind of credential, and no `extra_json`."""
    part = getattr(case, platform)(kind)
    return {name: value for name, value in case.full(KEY, **{platform: part}).items() if name != "extra_json"}


def leaves(platform: str, kind: str) -> dict[str, Any]:
    """The new values of the attributes that are gone through with a kind of credential."""
    new = case.NEW | (case.NEW_OF_SNOWFLAKE if platform == "snowflake" else case.NEW_OF_DATABRICKS)
    return {name: new[name] for name in chosen(new, platform, kind)}


def chosen(names: Iterable[str], platform: str, kind: str) -> list[str]:
    """The members of one kind of credential, and with the platform's first kind all other attributes too."""
    credential, mine = f"{platform}.{PART}.", f"{platform}.{PART}.{kind}."
    with_others = (platform, kind) in (("snowflake", case.OF_SNOWFLAKE[0]), ("databricks", case.OF_DATABRICKS[0]))
    return [each for each in names if each.startswith(mine) or (with_others and not each.startswith(credential))]


def in_other_form(configuration: dict[str, Any], path: str) -> dict[str, Any]:
    """The configuration with the secret that `path` belongs to as `x_wo`, where `path` is one of that form."""
    plain = path.removesuffix("_version").removesuffix("_wo")
    if plain == path:
        return configuration
    first, *steps = plain.split(".")
    changed = case.changed(configuration, plain, None)
    place = changed[first]
    for step in steps[:-1]:
        place = place[step]
    place[f"{steps[-1]}_wo"] = "planted-only"
    return configuration | changed


def expected_body(platform: str, path: str, after: dict[str, Any]) -> dict[str, Any]:
    """What a patch says of one change, as the documents ask for it."""
    first, *steps = path.split(".")
    if first != platform:
        value = after[first][steps[0]]
        if steps[0] == "owners":
            value = [{"id": int(each["id"]), "type": each["type"]} for each in value]
        return {camel(first): {camel(steps[0]): value}}
    part, member = after[platform][steps[0]], steps[1]
    if member == "credential":
        ((kind, credential),) = part["credential"].items()
        body = {"port": part["port"], "credential": {"authenticationType": TYPES[kind], **spelled(credential)}}
    elif member == "proxy":
        login = {"authenticationType": "UsernamePassword", **spelled(part["proxy"]["credential"])}
        body = {"port": part["port"], "proxy": {**part["proxy"], "credential": login}}
    elif steps[0] == "client_configuration":
        body = {"port": part["port"], camel(member): part[member]}
    elif member in ("impersonation", "workspaces"):
        body = {member: {"enabled": True, **{camel(name): value for name, value in part[member].items()}}}
    else:
        body = {camel(member): part[member]}
    return {camel(steps[0]): {"enabled": part["enabled"], **body} if steps[0] == "audit_configuration" else body}


TYPES = {
    "username_password": "UsernamePassword",
    "oauth_with_secret": "OAuthWithSecret",
    "oauth_with_certificate": "OAuthWithCertificate",
    "unencrypted_key_pair": "UnencryptedKeyPair",
    "encrypted_key_pair": "EncryptedKeyPair",
    "token": "Token",
}


def spelled(credential: dict[str, Any]) -> dict[str, Any]:
    """A credential in the API's words."""
    return {
        camel(name.removesuffix("_wo")): spelled(value) if isinstance(value, dict) else value
        for name, value in credential.items()
        if value is not None and not name.endswith("_wo_version")
    }


def test_the_table_has_every_attribute() -> None:
    every = {
        name
        for name, attribute in BLOCK.walk()
        if name.startswith(("snowflake.", "databricks.", "data_object_"))
        and not attribute.nested
        and (attribute.required or attribute.optional)
    }
    owners = {f"data_object_defaults.owners.{member}" for member in ("id", "type")}
    table = case.NEW.keys() | case.NEW_OF_SNOWFLAKE.keys() | case.NEW_OF_DATABRICKS.keys()
    assert every - owners == table - {"data_object_defaults.owners"}


@every_kind
def test_every_attribute(here: Here, platform: str, kind: str) -> None:
    """A change of one attribute is planned as that alone and sent as that alone; outside it is seen and put right."""
    for path, value in leaves(platform, kind).items():
        before = in_other_form(configured(platform, kind), path)
        after = before | case.changed(before, path, value)
        instance = here.begin(before)
        top = path.partition(".")[0]
        changed, replaced = here.planned(instance, after)
        if path.endswith("_wo"):
            assert (changed, replaced) == (set(), []), path  # Terraform cannot see it: that is what the version is for
        elif path in case.REPLACES:
            assert (top in changed, replaced) == (True, [path]), path
        else:
            assert (changed, replaced) == ({top}, []), path
            here.core.apply(instance)
            there = [("PATCH", f"/api/connections/{KEY}", expected_body(platform, path, after))]
            assert here.wire.written == there, path
            _check_drift(here, instance, after, path, back=expected_body(platform, path, before))


def _check_drift(here: Here, instance: Instance, wanted: dict[str, Any], path: str, *, back: dict[str, Any]) -> None:
    """Make the change undone outside: the plan names it, and an apply puts it right."""
    there = here.stored()
    outside.change_connection(KEY, **back)(here.tenant)
    changed, _ = here.planned(instance, wanted)
    if path.endswith("_wo_version") or path.rpartition(".")[2] in case.SECRETS:
        assert changed == set(), path  # Immuta never returns it
        return
    assert changed == {path.partition(".")[0]}, path
    here.core.apply(instance)
    assert {**here.stored(), "updatedAt": None} == {**there, "updatedAt": None}, path
    assert here.core.nothing_to_do(instance), path


@pytest.mark.parametrize("platform", ["snowflake", "databricks"])
def test_another_kind_of_credential(here: Here, platform: str) -> None:
    """It is sent whole; a kind that somebody else chose is put right."""
    kinds = case.OF_SNOWFLAKE if platform == "snowflake" else case.OF_DATABRICKS
    instance = here.begin(configured(platform, kinds[0]))
    for before, kind in zip(kinds, (*kinds[1:], kinds[0]), strict=True):
        wanted = configured(platform, kind)
        assert here.planned(instance, wanted) == ({platform}, [])
        here.core.apply(instance)
        credential = {"authenticationType": TYPES[kind], **spelled(case.CREDENTIALS[kind])}
        assert here.wire.written[-1][2] == {"clientConfiguration": {"port": 8443, "credential": credential}}
        other = {"authenticationType": TYPES[before], **spelled(case.CREDENTIALS[before])}
        outside.change_connection(KEY, clientConfiguration={"port": 8443, "credential": other})(here.tenant)
        assert here.planned(instance, wanted) == ({platform}, [])
        here.core.apply(instance)
        assert here.stored()["clientConfiguration"]["credential"]["authenticationType"] == TYPES[kind]
        assert here.core.nothing_to_do(instance)


def test_a_secret_changes_its_form(here: Here) -> None:
    """From the state into no state: the plan shows that it goes, and it is sent again."""
    plain, hidden = (
        case.minimal(snowflake=case.snowflake(credential=credential))
        for credential in (
            case.CREDENTIALS["username_password"],
            case.write_only(case.CREDENTIALS["username_password"]),
        )
    )
    instance = here.begin(plain)
    assert "planted-password" in str(instance.state)
    assert here.planned(instance, hidden) == ({"snowflake"}, [])
    here.core.apply(instance)
    assert "planted-password" not in str(instance.state)
    assert here.tenant.connections.holds_secret(KEY, "credential.password", "planted-password")
    assert len(here.wire.written) == 1


def test_a_proxy_goes_and_comes(here: Here) -> None:
    with_one = configured("databricks", "token")
    instance = here.begin(with_one)
    client = {**with_one["databricks"]["client_configuration"], "proxy": None}
    without = with_one | {"databricks": {**with_one["databricks"], "client_configuration": client}}
    assert here.planned(instance, without) == ({"databricks"}, [])
    here.core.apply(instance)
    assert here.wire.written[-1][2] == {"clientConfiguration": {"port": 8443, "proxy": None}}
    assert "proxy" not in here.stored()["clientConfiguration"]
    here.planned(instance, with_one)
    here.core.apply(instance)
    path = "databricks.client_configuration.proxy.host"
    assert here.wire.written[-1][2] == expected_body("databricks", path, with_one)
    assert here.core.nothing_to_do(instance)


@pytest.mark.parametrize(
    ("platform", "path"),
    [
        ("snowflake", "snowflake.policy_configuration.impersonation"),
        ("snowflake", "snowflake.policy_configuration.workspaces"),
        ("databricks", "databricks.audit_configuration.workspace_ids"),
        ("snowflake", f"snowflake.{PART}.oauth_with_certificate.resource"),
        ("databricks", f"databricks.{PART}.oauth_with_certificate.resource"),
    ],
)
def test_what_cannot_be_turned_off(here: Here, platform: str, path: str) -> None:
    """Refused in the plan, unless the connection is replaced anyway; turned on it can be."""
    of_credential = path.endswith(".resource")
    base = configured(platform, "oauth_with_certificate" if of_credential else FIRST[platform])
    instance = here.begin(base)
    off = base | case.changed(base, path, None)
    with pytest.raises(FailedError, match=rf"Cannot change {path} of immuta_connection \"{KEY}\": once"):
        here.planned(instance, off)
    replaced = next(name for name in case.REPLACES if name.startswith(platform))
    with_another = off | case.changed(off, replaced, "another")
    assert here.planned(instance, with_another)[1] == [replaced]
    instance = here.begin(off)
    assert here.planned(instance, base) == ({platform}, [])
    here.core.apply(instance)
    assert here.wire.written[-1][2] == expected_body(platform, path if of_credential else path + ".x", base)
    assert here.core.nothing_to_do(instance)


def test_another_kind_of_credential_has_no_resource(here: Here) -> None:
    instance = here.begin(configured("snowflake", "oauth_with_certificate"))
    after = configured("snowflake", "oauth_with_secret")
    assert here.planned(instance, after) == ({"snowflake"}, [])
    here.core.apply(instance)
    assert here.core.nothing_to_do(instance)


def test_what_immuta_has_all_the_same(here: Here, monkeypatch: pytest.MonkeyPatch) -> None:
    """The change was accepted, and something else is there: the error says what."""
    before = case.minimal()
    path = "snowflake.client_configuration.role"
    instance = here.begin(before)
    send = here.wire.handle_request

    def undone(request: httpx.Request) -> httpx.Response:
        answer = send(request)
        if request.method == "PATCH":
            monkeypatch.undo()
            back = {"clientConfiguration": {"port": 443, "role": "IMMUTA_SYSTEM"}}
            outside.change_connection(KEY, **back)(here.tenant)
        return answer

    monkeypatch.setattr(here.wire, "handle_request", undone)
    here.planned(instance, before | case.changed(before, path, "OTHER"))
    with pytest.raises(FailedError, match=rf"accepted the change and has something else(.|\n)*{path}"):
        here.core.apply(instance)


@pytest.mark.parametrize("workspaces", [{}, {"warehouses": []}], ids=str)
def test_workspaces_without_warehouses(here: Here, workspaces: dict[str, Any]) -> None:
    """Not set is the same as none: as it was created, and for what is configured either way after an import."""
    base = configured("snowflake", "username_password")
    base = base | case.changed(base, "snowflake.policy_configuration.workspaces", workspaces)
    instance = here.begin(base)
    assert here.core.nothing_to_do(instance)
    here.core.run()
    answer = here.core._call("ImportResourceState", type_name="immuta_connection", id=KEY)
    instance.state = decode(answer.imported_resources[0].state.msgpack, BLOCK.kind)
    here.planned(instance, base)
    planned = decode(here.core.plan(instance).planned_state.msgpack, BLOCK.kind)
    before, after = instance.state["snowflake"]["policy_configuration"], planned["snowflake"]["policy_configuration"]
    assert after == before


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("snowflake.client_configuration.host", "https://ORG-ACC.snowflakecomputing.com/"),
        ("snowflake.client_configuration.immuta_system_database", "immuta"),
    ],
)
def test_another_spelling_is_no_change(here: Here, path: str, value: str) -> None:
    base = configured("snowflake", "username_password")
    instance = here.begin(base)
    assert here.planned(instance, base | case.changed(base, path, value)) == (set(), [])
    instance = here.begin(base | case.changed(base, path, value))
    assert here.core.nothing_to_do(instance)
    assert value in str(instance.state)


def test_another_platform_is_another_connection(here: Here) -> None:
    instance = here.begin(configured("snowflake", "username_password"))
    _, replaced = here.planned(instance, configured("databricks", "token"))
    assert set(replaced) == {"snowflake", "databricks"}


def test_a_redacted_host_is_no_change(here: Here) -> None:
    instance = here.begin(configured("snowflake", "username_password"))
    here.tenant.connections.change(KEY, clientConfiguration={"host": "[REDACTED]"})
    assert here.core.nothing_to_do(instance)
    assert "[REDACTED]" not in str(instance.state)


def test_active(here: Here) -> None:
    """It is driven by calls of its own, and what drives it outside is put right."""
    base = case.minimal()
    instance = here.begin(base)
    off = base | {"active": False}
    assert here.planned(instance, off) == ({"active", "state", "health"}, [])
    here.core.apply(instance)
    outside.drive_connection(KEY, "_activate")(here.tenant)
    assert here.planned(instance, off) == ({"active", "state", "health"}, [])
    here.core.apply(instance)
    assert here.planned(instance, base) == ({"active", "state", "health"}, [])
    here.core.apply(instance)
    assert here.wire.verbs == [f"POST /{KEY}/_deactivate", f"POST /{KEY}/_deactivate", f"POST /{KEY}/_activate"]
    assert (instance.state or {})["state"] == "ACTIVE"
    here.begin(off)
    assert here.stored()["state"] == "INACTIVE"


def test_an_inactive_connection_is_changed_only_on_request(here: Here) -> None:
    base = case.minimal() | {"active": False}
    instance = here.begin(base)
    after = base | {"data_object_sync": {"start_time": 5}}
    with pytest.raises(FailedError, match=r"it is inactive(.|\n)*changes data_object_sync(.|\n)*activate_to_update"):
        here.planned(instance, after)
    assert here.wire.written == []
    assert here.planned(instance, base | {"activate_to_update": True}) == ({"activate_to_update"}, [])
    here.core.apply(instance)
    assert here.wire.written == []
    here.planned(instance, after | {"activate_to_update": True})
    here.core.apply(instance)
    assert here.wire.verbs == [f"POST /{KEY}/_activate", f"PATCH /{KEY}", f"POST /{KEY}/_deactivate"]
    assert here.core.nothing_to_do(instance)
    here.wire.start()
    here.planned(instance, base | {"active": True})
    here.core.apply(instance)
    assert here.wire.verbs == [f"POST /{KEY}/_activate", f"PATCH /{KEY}"]
    assert here.stored()["dataObjectSync"]["startTime"] == 0


def test_health(here: Here) -> None:
    """What Immuta says of the components is read, and an unhealthy connection counts as what it was before."""
    instance = here.begin(case.minimal())
    fine = {"state": "ACTIVE", "errors": []}
    assert instance.state is not None
    assert instance.state["health"] == dict.fromkeys(instance.state["health"], fine)
    here.tenant.connections.unhealthy(message="Role is gone", details={"role": "X"})
    outside.drive_connection(KEY, "_validate")(here.tenant)
    assert here.core.nothing_to_do(instance)
    assert (instance.state["state"], instance.state["active"]) == ("UNHEALTHY", True)
    assert instance.state["health"]["client_configuration"] == {"state": "UNHEALTHY", "errors": ["CONN005"]}
    assert instance.state["health"]["audit_configuration"] == fine


@pytest.mark.parametrize("form", ["kept", "write-only"])
def test_a_secret_that_the_health_quotes_is_not_kept(here: Here, form: str) -> None:
    """The state has the codes alone, because a refresh does not know what is write-only."""
    secret = case.CREDENTIALS["username_password"]["password"]
    instance = here.begin(configured("snowflake", "username_password") if form == "kept" else case.minimal())
    here.tenant.connections.unhealthy(message=f"no entry with {secret}", details={"tried": secret})
    outside.drive_connection(KEY, "_validate")(here.tenant)
    here.core.run()
    here.core.refresh(instance)
    assert instance.state is not None
    assert (secret in str(instance.state["health"]), "CONN005" in str(instance.state["health"])) == (False, True)


def test_a_secret_that_the_health_quotes_is_masked(here: Here) -> None:
    secret = case.CREDENTIALS["username_password"]["password"]
    instance = here.begin(configured("snowflake", "username_password"))
    here.tenant.connections.unhealthy(message=f"no entry with {secret}", details={"tried": secret})
    outside.drive_connection(KEY, "_validate")(here.tenant)
    here.core.run()
    here.core.refresh(instance)
    (warning,) = here.core.warnings
    assert "no entry with ***" in warning.detail
    assert secret not in warning.detail


def test_extra_json_is_compared_at_its_paths(here: Here) -> None:
    extra = '{"dataObjectSync": {"startTime": 5}, "clientConfiguration": {"role": "SAME"}}'
    base = case.minimal()
    base = base | case.changed(base, "snowflake.client_configuration.role", "SAME")
    base |= {"data_object_sync": {"start_time": 5}}
    instance = here.begin(base)
    assert here.planned(instance, base | {"extra_json": extra}) == ({"extra_json"}, [])
    here.core.apply(instance)
    assert here.wire.written[-1][2] == {
        "dataObjectSync": {"startTime": 5},
        "clientConfiguration": {"role": "SAME", "port": 443},
    }
    outside.change_connection(KEY, dataObjectSync={"startTime": 6})(here.tenant)
    assert here.planned(instance, base | {"extra_json": extra}) == ({"extra_json", "data_object_sync"}, [])
    here.core.apply(instance)
    assert here.core.nothing_to_do(instance)


def test_what_is_read_only(here: Here) -> None:
    """Scripts come with the creation and stay; whom Immuta acts as is open when the way to the platform changes."""
    base = configured("databricks", "token")
    instance = here.begin(base)
    assert instance.state is not None
    before = instance.state["databricks"]["client_configuration"]
    assert all(each["configuration"] and each["description"] for each in instance.state["setup"])
    assert instance.state["setup"] != []
    assert (instance.state["created_at"], instance.state["created_by"]) == (
        here.stored()["createdAt"],
        here.stored()["createdBy"],
    )
    assert (before["metastore_id"], before["username"]) == (
        here.stored()["clientConfiguration"]["metastoreId"],
        here.stored()["clientConfiguration"].get("username"),
    )
    setup = instance.state["setup"]
    here.planned(instance, base | case.changed(base, "databricks.client_configuration.path", "other"))
    planned = decode(here.core.plan(instance).planned_state.msgpack, BLOCK.kind)["databricks"]["client_configuration"]
    assert is_unknown(planned["metastore_id"])
    assert is_unknown(planned["username"])
    here.core.apply(instance)
    assert instance.state["setup"] == setup


@pytest.mark.parametrize("secret", ["[REDACTED]", "<REDACTED>", " redacted ", ""])
@pytest.mark.parametrize("form", ["password", "password_wo"])
def test_a_marker_is_refused_as_a_secret(here: Here, secret: str, form: str) -> None:
    wrong = case.snowflake(credential={"username": "immuta_svc", form: secret})
    assert here.refused(case.minimal(snowflake=wrong)) == [
        f"snowflake.client_configuration.credential.username_password.{form}"
    ]


@pytest.mark.parametrize(
    ("credential", "where"),
    [
        ({"username": "a", "password": "one", "password_wo": "two"}, ".password_wo"),
        ({"username": "a"}, ""),
    ],
)
def test_exactly_one_form_of_a_secret(here: Here, credential: dict[str, Any], where: str) -> None:
    wrong = case.minimal(snowflake=case.snowflake(credential=credential))
    assert here.refused(wrong) == [f"snowflake.client_configuration.credential.username_password{where}"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("snowflake.client_configuration.immuta_system_database", "1st"),
        ("snowflake.client_configuration.port", 70000),
        ("snowflake.client_configuration.host", "[REDACTED]"),
        ("snowflake.policy_configuration.exclude_user_group_pattern", [""]),
        ("databricks.client_configuration.proxy.host", "proxy.example.com"),
        ("databricks.audit_configuration.workspace_ids", []),
        ("data_object_defaults.owners", []),
        ("data_object_defaults.owners", [{"id": str(n), "type": "USER"} for n in range(101)]),
        ("data_object_sync.start_time", 24),
        ("data_object_sync.schedule", "EVERY_3_HOURS"),
    ],
)
def test_what_is_refused_early(here: Here, path: str, value: Any) -> None:
    platform = "databricks" if path.startswith("databricks") else "snowflake"
    base = configured(platform, "token" if platform == "databricks" else "username_password")
    assert here.refused(base | case.changed(base, path, value)) == [path]


def places(configuration: dict[str, Any], path: str = "") -> list[str]:
    """The dotted path of everything that is configured, objects and their members."""
    found = []
    for name, value in configuration.items():
        found.append(path + name)
        if isinstance(value, dict):
            found += places(value, f"{path}{name}.")
    return found


@every_kind
def test_what_is_known_after_apply(here: Here, platform: str, kind: str) -> None:
    """Anything may be, in a create and in an update: the plan leaves it open, and no request changes anything."""
    base = configured(platform, kind)
    instance = here.begin(base)
    here.core._block["validate_at_plan"] = True
    for start in (Instance("immuta_connection", {}), instance):
        for path in chosen(places(base), platform, kind):
            start.config = values(base)
            *steps, last = path.split(".")
            place = start.config
            for step in steps:
                place = place[step]
            place[last] = UNKNOWN
            here.core.run()
            planned = decode(here.core.plan(start).planned_state.msgpack, BLOCK.kind)
            for step in path.split("."):
                planned = planned[step]
            assert is_unknown(planned) or last.endswith("_wo"), path
    assert [each.method for each in here.tenant.request_log() if each.method not in ("GET", "POST")] == []
