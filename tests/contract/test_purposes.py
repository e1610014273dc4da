"""Purposes: the client's calls against the tenant, and each error that the tenant documents."""

from __future__ import annotations

from functools import partial
from typing import Any

import pytest

from immuta_provider.api import (
    Client,
    Forbidden,
    InvalidRequest,
    NotFound,
    RequestFailed,
    Settings,
    Unauthorized,
    errors,
)
from immuta_provider.api.purposes import PurposesApi
from immuta_tenant import RunningTenant, running_tenant

FULL = {
    "name": "Retention",
    "description": "Work on churn",
    "acknowledgement": "I will use this for churn work only.",
    "kAnonNoiseReduction": "Medium",
}


@pytest.fixture
def purposes(client: Client) -> PurposesApi:
    return PurposesApi(client)


def created(purposes: PurposesApi, name: str = "Retention", **more: Any) -> int:
    saved = purposes.save({"name": name} | more)
    assert saved.id is not None
    return saved.id


def test_create_and_read_back(purposes: PurposesApi) -> None:
    saved = purposes.save(FULL)
    assert (saved.creating, saved.updating, saved.dry_run) == (True, False, False)
    assert saved.id is not None
    read = purposes.get(saved.id)
    assert read is not None
    assert (read.name, read.description, read.acknowledgement) == (
        "Retention",
        "Work on churn",
        FULL["acknowledgement"],
    )
    assert read.k_anon_noise_reduction == "Medium"
    assert (read.deleted, read.system_generated, read.display_acknowledgement) == (False, False, True)
    assert read.subpurposes == []


def test_a_minimal_purpose_has_nothing_else(purposes: PurposesApi) -> None:
    read = purposes.get(created(purposes))
    assert read is not None
    assert (read.description, read.acknowledgement, read.k_anon_noise_reduction) == (None, None, None)


def test_a_second_save_updates(purposes: PurposesApi) -> None:
    first = purposes.save(FULL)
    second = purposes.save(FULL | {"description": "Amended"}, re_acknowledge_required=True)
    assert (second.creating, second.updating, second.id) == (False, True, first.id)


def test_a_dry_run_changes_nothing(purposes: PurposesApi) -> None:
    saved = purposes.save(FULL, dry_run=True)
    assert (saved.dry_run, saved.creating, saved.id) == (True, True, None)
    assert purposes.find("Retention") is None
    identifier = created(purposes)
    assert purposes.save(FULL, dry_run=True).id == identifier
    unchanged = purposes.get(identifier)
    assert unchanged is not None
    assert unchanged.description is None


def test_a_tree(purposes: PurposesApi) -> None:
    root = created(purposes)
    created(purposes, "Retention.Surveys")
    created(purposes, "Retention.Surveys.Exit Survey")
    created(purposes, "Retention Plus")
    read = purposes.get(root)
    assert read is not None
    assert [child.name for child in read.subpurposes] == ["Retention.Surveys", "Retention.Surveys.Exit Survey"]
    assert [each.name for each in purposes.list(root="Retention")] == [
        "Retention",
        "Retention.Surveys",
        "Retention.Surveys.Exit Survey",
    ]


@pytest.mark.parametrize("name", ["Ü 👍", "50% & more?", "a/b", 'it\'s "quoted"', "${var} %{if}"])
def test_find_takes_any_name(purposes: PurposesApi, name: str) -> None:
    identifier = created(purposes, name)
    created(purposes, f"{name} 2")
    found = purposes.find(name)
    assert found is not None
    assert (found.id, found.name) == (identifier, name)


def test_find_is_exact(purposes: PurposesApi) -> None:
    created(purposes, "RETENTION")
    assert purposes.find("Retention") is None


def test_lists_beyond_a_page(purposes: PurposesApi) -> None:
    names = [f"Purpose {number:03}" for number in range(203)]
    for name in names:
        purposes.save({"name": name})
    assert [each.name for each in purposes.list() if not each.system_generated] == names


def test_update_changes_only_what_it_names(purposes: PurposesApi) -> None:
    identifier = purposes.save(FULL).id
    assert identifier is not None
    updated = purposes.update(identifier, {"description": "Amended", "displayAcknowledgement": False})
    assert (updated.description, updated.display_acknowledgement) == ("Amended", False)
    assert updated.acknowledgement == FULL["acknowledgement"]


def test_deleted_is_gone_for_every_call(purposes: PurposesApi, tenant: RunningTenant) -> None:
    identifier = created(purposes)
    created(purposes, "Retention.Calls")
    purposes.delete(identifier)
    assert purposes.get(identifier) is None
    assert purposes.find("Retention") is None
    assert purposes.find("Retention.Calls") is None
    purposes.delete(identifier)
    assert tenant.purposes() == []
    assert created(purposes) != identifier


def test_an_id_that_never_was(purposes: PurposesApi) -> None:
    assert purposes.get(4711) is None
    purposes.delete(4711)
    with pytest.raises(NotFound, match=r"PUT /governance/purpose/4711(.|\n)*Purpose 4711 not found"):
        purposes.update(4711, {"description": "x"})


def test_a_change_behind_the_back_is_read(purposes: PurposesApi, tenant: RunningTenant) -> None:
    identifier = created(purposes)
    tenant.change_purpose("Retention", description="Changed outside")
    read = purposes.get(identifier)
    assert read is not None
    assert read.description == "Changed outside"


@pytest.mark.parametrize(
    ("payload", "said"),
    [
        ({}, "name"),
        ({"name": ""}, "name"),
        ({"name": 5}, "name"),
        ({"name": "Retention", "colour": "red"}, "colour"),
        ({"name": "Retention", "kAnonNoiseReduction": "Gigantic"}, "kAnonNoiseReduction"),
        ({"name": "Retention.Calls"}, "its parent Retention does not exist"),
        ({"name": "Re-identification Prohibited"}, "system generated"),
        ({"name": "A", "subpurposes": [{"name": "B.C"}]}, "not below the purpose A"),
        ({"name": "A", "subpurposes": [{"name": "A.B"}, {"name": "A.B"}]}, "twice"),
    ],
)
def test_what_v2_refuses(purposes: PurposesApi, tenant: RunningTenant, payload: dict[str, Any], said: str) -> None:
    for dry_run in (False, True):
        with pytest.raises(InvalidRequest) as caught:
            purposes.save(payload, dry_run=dry_run)
        assert (caught.value.status, caught.value.attempted) == (400, "POST /api/v2/purpose")
        assert said in caught.value.server_message
    assert tenant.purposes() == []


@pytest.mark.parametrize("changes", [{"name": "Other"}, {"colour": "red"}, {"displayAcknowledgement": "perhaps"}])
def test_what_v1_refuses(purposes: PurposesApi, changes: dict[str, Any]) -> None:
    identifier = created(purposes)
    with pytest.raises(InvalidRequest) as caught:
        purposes.update(identifier, changes)
    assert next(iter(changes)) in caught.value.server_message


def test_the_systems_own_purposes_are_refused(purposes: PurposesApi) -> None:
    own = purposes.find("Re-identification Prohibited")
    assert own is not None
    assert own.system_generated
    for attempt in (lambda: purposes.update(own.id, {"description": "x"}), lambda: purposes.delete(own.id)):
        with pytest.raises(InvalidRequest, match="system generated"):
            attempt()


def test_a_wrong_key(tenant: RunningTenant) -> None:
    wrong = partial(Settings, tenant.url, "wrong-key-4711", max_retries=0)  # a 401 is tried again for seconds otherwise
    for settings in (wrong(authentication="api_key"), wrong(authentication="bearer")):
        with Client(settings) as client, pytest.raises(Unauthorized, match="IMMUTA_API_KEY") as caught:
            PurposesApi(client).list()
        assert "wrong-key-4711" not in str(caught.value)


def test_a_missing_permission() -> None:
    with running_tenant(other_keys={"reader-key": ()}) as tenant:
        PurposesApi(Client(Settings(host=tenant.url, api_key=tenant.api_key))).save({"name": "Retention"})
        with Client(Settings(host=tenant.url, api_key="reader-key")) as client:
            purposes = PurposesApi(client)
            found = purposes.find("Retention")
            assert found is not None
            with pytest.raises(Forbidden, match="GOVERNANCE"):
                purposes.save({"name": "Retention"})
            with pytest.raises(Forbidden, match="GOVERNANCE"):
                purposes.update(found.id, {"description": "x"})
            with pytest.raises(Forbidden, match="GOVERNANCE"):
                purposes.delete(found.id)


def test_a_bearer_token_is_renewed_when_it_expires(tenant: RunningTenant) -> None:
    with Client(Settings(host=tenant.url, api_key=tenant.api_key, authentication="bearer")) as client:
        purposes = PurposesApi(client)
        identifier = created(purposes)
        assert tenant.expire_tokens() == 1
        assert purposes.get(identifier) is not None
        assert tenant.expire_tokens() == 1


def test_the_first_acknowledgement_may_be_lost() -> None:
    """A switch of the tenant for what older versions of the product did: reading back shows it, saving again helps."""
    with (
        running_tenant(forget_first_acknowledgement=True) as tenant,
        Client(Settings(host=tenant.url, api_key=tenant.api_key)) as client,
    ):
        purposes = PurposesApi(client)
        identifier = purposes.save(FULL).id
        assert identifier is not None
        forgotten = purposes.get(identifier)
        assert forgotten is not None
        assert forgotten.acknowledgement is None
        purposes.save(FULL)
        kept = purposes.get(identifier)
        assert kept is not None
        assert kept.acknowledgement == FULL["acknowledgement"]


@pytest.mark.parametrize("keep", [False, True])
def test_saving_a_parent_without_its_children(keep: bool) -> None:
    with (
        running_tenant(keep_omitted_subpurposes=keep) as tenant,
        Client(Settings(host=tenant.url, api_key=tenant.api_key)) as client,
    ):
        purposes = PurposesApi(client)
        created(purposes)
        created(purposes, "Retention.Calls")
        created(purposes)
        assert (purposes.find("Retention.Calls") is not None) is keep


@pytest.mark.parametrize(
    ("method", "path", "error"),
    [
        ("GET", "/no/such/endpoint", NotFound),
        ("PATCH", "/governance/purpose/1", InvalidRequest),
        ("GET", "/governance/purpose/abc", InvalidRequest),
        ("GET", "/governance/purpose?size=0", InvalidRequest),
    ],
)
def test_requests_that_the_api_does_not_have(
    client: Client, method: str, path: str, error: type[RequestFailed]
) -> None:
    with pytest.raises(error) as caught:
        client.request(method, path)
    assert caught.value.server_message


def test_a_tenant_that_is_gone() -> None:
    with running_tenant() as tenant:
        client = Client(Settings(host=tenant.url, api_key=tenant.api_key, max_retries=0))
        assert PurposesApi(client).find("Retention") is None
    with pytest.raises(errors.ConnectionFailed):
        PurposesApi(client).find("Retention")
    client.close()


def test_the_tenant_never_saw_the_key_in_a_path(purposes: PurposesApi, tenant: RunningTenant) -> None:
    created(purposes)
    assert tenant.request_log()
    assert tenant.api_key not in repr(tenant.request_log())
