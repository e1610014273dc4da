"""The control endpoints, the request log and the direct access for tests."""

from __future__ import annotations

import httpx
import pytest

from immuta_tenant import RunningTenant
from immuta_tenant.request_log import MASK, masked
from immuta_tenant.testing import UnknownObjectError
from tests.tenant.client import API_KEY, Client


@pytest.fixture
def project(client: Client) -> int:
    client.ok("POST", "/api/v2/purpose", json={"name": "R", "subpurposes": [{"name": "R.A"}]})
    return client.ok("POST", "/api/v2/project", json={"projectKey": "p", "name": "P", "purposes": ["R"]})["projectId"]


def test_health_needs_no_key(tenant: RunningTenant) -> None:
    assert httpx.get(f"{tenant.url}/_local/health").json() == {"status": "ok"}


def test_state(client: Client, tenant: RunningTenant, project: int) -> None:
    tenant.delete_purpose("R.A")
    tenant.delete_project("p", hard=False)
    state = client.ok("GET", "/_local/state")

    assert (state["livePurposes"], state["liveProjects"]) == (1, 0)
    assert (state["documents"]["purpose"], state["documents"]["project"]) == (6, 1)


def test_reset(client: Client, tenant: RunningTenant, project: int) -> None:
    client.ok("POST", "/_local/reset")

    assert (tenant.purposes(), tenant.projects(), tenant.request_log()) == ([], [], [])
    assert client.ok("POST", "/api/v2/purpose", json={"name": "R"})["purposeId"] == 5


def test_samples_over_http(client: Client, tenant: RunningTenant) -> None:
    first = client.ok("POST", "/_local/seed", json={"purposes": 3, "projects": 2})
    tenant.delete_purpose("Sample 00002")
    again = client.ok("POST", "/_local/seed", json={"purposes": 3, "projects": 4})

    assert (first, again) == (
        {"created": {"purposes": 3, "projects": 2, "policies": 0}},
        {"created": {"purposes": 1, "projects": 2, "policies": 0}},
    )
    assert sorted(p["name"] for p in tenant.purposes()) == ["Sample 00001", "Sample 00002", "Sample 00003"]
    assert [(p["projectKey"], p["name"], [q["name"] for q in p["purposes"]]) for p in tenant.projects()][::3] == [
        ("sample-00001", "Sample 00001", ["Sample 00001"]),
        ("sample-00004", "Sample 00004", []),
    ]


def test_samples_can_be_changed_like_any_object(client: Client, tenant: RunningTenant) -> None:
    tenant.seed(purposes=1, projects=1)
    client.ok("POST", "/api/v2/project", json={"projectKey": "sample-00001", "name": "Mine"})

    assert (tenant.project("sample-00001")["name"], tenant.project("sample-00001")["createdBy"]) == ("Mine", 2)


def test_samples_from_the_start(switched) -> None:
    client = switched(seed_purposes=60, seed_projects=2)
    client.ok("POST", "/_local/reset")
    state = client.ok("GET", "/_local/state")

    assert (state["livePurposes"], state["liveProjects"]) == (60, 2)
    assert client.refusal("POST", "/_local/seed", json={"purposes": -1})[0] == 400


def test_expire_tokens(client: Client) -> None:
    token = client.ok("POST", "/bim/apikey/authenticate", json={"apikey": API_KEY})["token"]

    assert client.ok("POST", "/_local/expire-tokens") == {"expired": 1}
    assert client.refusal("GET", "/bim/iam", headers={"Authorization": f"Bearer {token}"})[0] == 401


def test_the_log_over_http(client: Client) -> None:
    client.ok("POST", "/api/v2/purpose?dryRun=true", json={"name": "R"})
    client.refusal("GET", "/governance/purpose/77")
    logged = client.ok("GET", "/_local/requests")["requests"]
    client.ok("DELETE", "/_local/requests")

    assert [(entry["number"], entry["method"], entry["path"], entry["status"]) for entry in logged[-2:]] == [
        (logged[0]["number"], "POST", "/api/v2/purpose", 200),
        (logged[0]["number"] + 1, "GET", "/governance/purpose/77", 404),
    ]
    assert (logged[0]["query"], logged[0]["body"], logged[0]["error"]) == ({"dryRun": "true"}, {"name": "R"}, None)
    assert logged[1]["error"] == "Purpose 77 not found"
    assert logged[0]["milliseconds"] > 0
    assert client.ok("GET", "/_local/requests") == {"requests": []}


def test_the_log_has_no_secret(client: Client, tenant: RunningTenant) -> None:
    token = client.ok("POST", "/bim/apikey/authenticate", json={"apikey": API_KEY})["token"]
    client.ok("POST", "/bim/token", json={"token": token})
    client.post("/api/v2/purpose", json={"name": "R", "nested": [{"clientSecret": "s3cret-1", "password": "s3cret-2"}]})
    client.get(f"/governance/purpose?apikey={API_KEY}")
    text = str(tenant.request_log())

    assert len(tenant.request_log()) == 4
    assert [secret for secret in (API_KEY, token, "s3cret-1", "s3cret-2") if secret in text] == []
    assert text.count(MASK) == 5


def test_errors_do_not_repeat_values(client: Client) -> None:
    response = client.post("/bim/apikey/authenticate", json={"apikey": ["s3cret"]})

    assert (response.status_code, "s3cret" in response.text) == (400, False)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (
            {"password": "a", "Api_Key": "b", "privateKey": {"x": 1}},
            {"password": MASK, "Api_Key": MASK, "privateKey": MASK},
        ),
        ({"password": "", "token": None}, {"password": "", "token": None}),
        ({"projectKey": "k", "keys": [1]}, {"projectKey": "k", "keys": [1]}),
        ([{"a": [{"salt": "x"}]}, 5], [{"a": [{"salt": MASK}]}, 5]),
    ],
)
def test_masking(value: object, shown: object) -> None:
    assert masked(value) == shown


def test_the_log_is_bounded(switched) -> None:
    client = switched(request_log_size=3)
    for _ in range(5):
        client.get("/bim/iam")

    assert [entry["number"] for entry in client.ok("GET", "/_local/requests")["requests"]] == [3, 4, 5]


def test_change_a_purpose_behind_the_clients_back(client: Client, tenant: RunningTenant, project: int) -> None:
    tenant.change_purpose("R", description="other", deleted=False)

    assert client.ok("GET", f"/governance/purpose/{tenant.purpose('R')['id']}")["description"] == "other"
    with pytest.raises(ValueError, match="a purpose has no attribute colour"):
        tenant.change_purpose("R", colour="red")


def test_change_a_project_behind_the_clients_back(client: Client, tenant: RunningTenant, project: int) -> None:
    tenant.change_project(
        "p", name="Q", purposes=["R.A"], tags=["Finance"], dataSources=["Ledger"], subscriptionType="automatic"
    )
    shown = client.ok("GET", f"/project/{project}")

    assert (shown["name"], shown["subscriptionType"]) == ("Q", "automatic")
    assert ([p["name"] for p in shown["purposes"]], [t["name"] for t in shown["tags"]]) == (["R.A"], ["Finance"])
    assert client.ok("GET", f"/project/{project}/dataSources")["count"] == 1


def test_delete_behind_the_clients_back(client: Client, tenant: RunningTenant, project: int) -> None:
    tenant.delete_purpose("R")
    tenant.delete_project("p")

    assert (tenant.purposes(), client.get(f"/project/{project}").status_code) == ([], 404)


@pytest.mark.parametrize(("method", "argument"), [("purpose", "X"), ("project", "x"), ("delete_project", "x")])
def test_unknown_objects_are_named(tenant: RunningTenant, method: str, argument: str) -> None:
    with pytest.raises(UnknownObjectError, match=f"no {method.removeprefix('delete_')} '{argument}'"):
        getattr(tenant, method)(argument)
