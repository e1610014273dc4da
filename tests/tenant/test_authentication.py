from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

import pytest

from immuta_tenant import RunningTenant, Settings, running_tenant
from tests.tenant.client import ANALYST_KEY, API_KEY, Client, keys

ME = "/bim/rpc/user/current"


def _token(client: Client) -> str:
    return client.ok("POST", "/bim/apikey/authenticate", json={"apikey": API_KEY})["token"]


@pytest.mark.parametrize("authorization", [API_KEY, f"Bearer {API_KEY}", f"bearer {API_KEY}"])
def test_an_api_key_works_raw_and_as_bearer(tenant: RunningTenant, connecting, authorization: str) -> None:
    with connecting(tenant, authorization) as client:
        assert client.ok("GET", ME)["userid"] == "ada@example.com"


def test_a_bearer_token_works_behind_bearer_only(tenant: RunningTenant, connecting) -> None:
    with connecting(tenant, None) as client:
        answer = client.ok("POST", "/bim/apikey/authenticate", json={"apikey": API_KEY})
        token = answer["token"]
        raw = client.refusal("GET", ME, headers={"Authorization": token})

        assert answer == {"authenticated": True, "token": token}
        assert client.ok("GET", ME, headers={"Authorization": f"Bearer {token}"})["userid"] == "ada@example.com"
        assert raw == (401, "Invalid authentication: this API key is not known.")


@pytest.mark.parametrize(
    ("authorization", "message"),
    [
        (None, "Missing authentication: send an API key or a bearer token in the Authorization header."),
        ("wrong", "Invalid authentication: this API key is not known."),
        ("Bearer wrong", "Invalid authentication: this API key or bearer token is not known."),
        (f"Basic {API_KEY}", "Invalid authentication: this API key is not known."),
    ],
)
def test_unknown_credentials(tenant: RunningTenant, connecting, authorization: str | None, message: str) -> None:
    with connecting(tenant, authorization) as client:
        assert client.refusal("GET", ME) == (401, message)


def test_authenticate_refuses_an_unknown_key_and_a_bad_body(client: Client) -> None:
    path = "/bim/apikey/authenticate"

    assert client.refusal("POST", path, json={"apikey": "x"})[0] == 401
    assert client.refusal("POST", path, json={}) == (400, '"apikey" is required')
    assert client.refusal("POST", path, json={"apikey": API_KEY, "x": 1}) == (400, '"x" is not allowed')


def test_an_expired_token_is_a_401_and_a_new_one_works(client: Client, tenant: RunningTenant) -> None:
    token = _token(client)
    client.headers["Authorization"] = f"Bearer {token}"
    assert tenant.expire_tokens() == 1

    assert client.refusal("GET", ME) == (401, "The bearer token has expired; authenticate again.")
    client.headers["Authorization"] = f"Bearer {_token(client)}"
    assert client.get(ME).status_code == 200


def test_each_use_prolongs_a_token(switched: Callable[..., Client]) -> None:
    client = switched(token_lifetime_seconds=0.6)
    client.headers["Authorization"] = f"Bearer {_token(client)}"
    statuses = []
    for _ in range(4):
        time.sleep(0.25)
        statuses.append(client.get(ME).status_code)
    time.sleep(0.7)

    assert [*statuses, client.get(ME).status_code] == [200, 200, 200, 200, 401]


def test_token_info(client: Client) -> None:
    token = _token(client)
    info = client.ok("POST", "/bim/token", json={"token": token})
    life = datetime.fromisoformat(info["expiration"]) - datetime.fromisoformat(info["lastUsed"])

    assert sorted(info) == keys(
        "id type iamid userid project context token created lastUsed expiration name application derivedFrom "
        "createdAt updatedAt scopes impersonationuserid impersonationiamid"
    )
    assert (info["type"], info["token"], info["userid"], life.total_seconds()) == (
        "bearer",
        token,
        "ada@example.com",
        3600,
    )


def test_token_info_of_what_is_no_token(client: Client, tenant: RunningTenant) -> None:
    token = _token(client)
    tenant.expire_tokens()

    assert client.refusal("POST", "/bim/token", json={"token": "x"}) == (404, "Token not found")
    assert client.refusal("POST", "/bim/token", json={"token": token}) == (404, "Token not found")


def test_the_current_user(client: Client) -> None:
    user = client.ok("GET", ME)

    assert sorted(user) == keys(
        "profile permissions authorizations bimAuthorizations iamAuthorizations iamid userid updatedAt "
        "systemGenerated disabled hasLogin lastLogin"
    )
    assert (user["profile"]["id"], user["profile"]["name"], user["iamid"]) == (2, "Ada Example", "bim")


def test_the_current_user_without_user_admin_sees_no_attributes(analyst: Client) -> None:
    user = analyst.ok("GET", ME)

    assert [name for name in user if "uthorizations" in name] == []
    assert (user["userid"], user["permissions"]) == ("user1@example.com", [])


def test_the_identity_managers(client: Client) -> None:
    assert client.ok("GET", "/bim/iam") == [{"id": "bim", "displayName": "Immuta", "type": "built-in", "oauth": False}]


def test_a_disabled_user_is_refused(analyst: Client, tenant: RunningTenant) -> None:
    from immuta_tenant.kinds import USER

    user = tenant.store.find(USER, "user1@example.com")[0]
    tenant.store.save(USER, user | {"disabled": True})

    assert analyst.refusal("GET", ME)[0] == 401


def test_no_credential_is_stored(client: Client, tenant: RunningTenant) -> None:
    token = _token(client)
    dump = "\n".join(tenant.store._connection.iterdump())

    assert "ada@example.com" in dump
    assert [secret for secret in (token, API_KEY, ANALYST_KEY) if secret in dump] == []


@pytest.mark.parametrize("settings", [{"api_key": ""}, {"api_key": " "}, {"api_key": "a", "other_keys": {"": ()}}])
def test_an_empty_key_is_refused(settings: dict) -> None:
    with pytest.raises(ValueError, match="must not be empty"):
        Settings(**settings)


def test_one_key_for_two_users_is_refused() -> None:
    with pytest.raises(ValueError, match="stands among the other keys"):
        Settings(api_key="a", other_keys={"a": ()})


def test_settings_do_not_show_keys() -> None:
    assert "hidden" not in repr(Settings(api_key="hidden-1", other_keys={"hidden-2": ()}))


def test_a_restart_with_another_key_ends_the_former_key_and_its_tokens(tmp_path, connecting) -> None:
    database = str(tmp_path / "tenant.sqlite")
    with running_tenant(api_key="first", database=database) as tenant, connecting(tenant, "first") as client:
        token = client.ok("POST", "/bim/apikey/authenticate", json={"apikey": "first"})["token"]
    with running_tenant(api_key="second", database=database) as tenant, connecting(tenant, "second") as client:
        statuses = [
            client.get(ME, headers={"Authorization": header}).status_code
            for header in ("first", f"Bearer {token}", "second")
        ]

    assert statuses == [401, 401, 200]
