"""What arrives and how it is refused: formats, content types, unknown paths, wrong methods, wrong attributes."""

from __future__ import annotations

import pytest

from immuta_tenant import RunningTenant
from immuta_tenant.families import endpoints
from immuta_tenant.local import ENDPOINTS as LOCAL_ENDPOINTS
from tests.tenant.client import Client

YAML = """
name: Retention
acknowledgement: I will use it well.
subpurposes:
  - name: Retention.Calls
"""
ALL = [*endpoints(), *LOCAL_ENDPOINTS]
_NAMES = [f"{endpoint.method} {endpoint.path}" for endpoint in ALL]


def _path(path: str) -> str:
    return path.replace("{", "").replace("}", "")


@pytest.mark.parametrize("content_type", ["text/plain", "application/yaml", "text/yaml; charset=utf-8", ""])
def test_v2_takes_yaml(client: Client, tenant: RunningTenant, content_type: str) -> None:
    answer = client.ok("POST", "/api/v2/purpose", content=YAML, headers={"Content-Type": content_type})

    assert answer["creating"] is True
    assert [purpose["name"] for purpose in tenant.purposes()] == ["Retention", "Retention.Calls"]


def test_v2_takes_json_as_text_plain(client: Client, tenant: RunningTenant) -> None:
    client.ok("POST", "/api/v2/purpose", content='{"name": "Retention"}', headers={"Content-Type": "text/plain"})

    assert tenant.purpose("Retention")["name"] == "Retention"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("name: [Retention", "Invalid request payload YAML format (line 2, column 1)"),
        ("name: &a [*a]", "Invalid request payload YAML format"),
        ("name: 2024-01-01", "Invalid request payload YAML format"),
        ("!!python/object:os.system {}", "Invalid request payload YAML format (line 1, column 1)"),
    ],
)
def test_bad_yaml(client: Client, content: str, message: str) -> None:
    options = {"content": content, "headers": {"Content-Type": "text/plain"}}

    assert client.refusal("POST", "/api/v2/purpose", **options) == (400, message)


@pytest.mark.parametrize("content", ['{"name": "x"', '{"name": NaN}', "name: x", "\xff"])
@pytest.mark.parametrize("path", ["/api/v2/purpose", "/governance/purpose"])
def test_bad_json(client: Client, path: str, content: str) -> None:
    options = {"content": content, "headers": {"Content-Type": "application/json"}}

    assert client.refusal("POST", path, **options) == (400, "Invalid request payload JSON format")


def test_v1_takes_json_only(client: Client) -> None:
    options = {"content": YAML, "headers": {"Content-Type": "application/yaml"}}
    message = "The content type application/yaml is not supported here; send application/json."

    assert client.refusal("POST", "/governance/purpose", **options) == (415, message)


def test_a_form_is_taken_nowhere(client: Client) -> None:
    message = (
        "The content type application/x-www-form-urlencoded is not supported here; "
        "send application/json, application/yaml or text/plain."
    )

    assert client.refusal("POST", "/api/v2/purpose", data={"name": "x"}) == (415, message)


@pytest.mark.parametrize("body", [[], "text", 5])
def test_a_body_that_is_no_object(client: Client, body: object) -> None:
    assert client.refusal("POST", "/api/v2/purpose", json=body) == (400, '"value" must be an object')


def test_an_empty_body_lacks_what_is_required(client: Client) -> None:
    assert client.refusal("POST", "/api/v2/purpose") == (400, '"name" is required')


def test_unknown_path(client: Client) -> None:
    assert client.refusal("GET", "/governance/nothing") == (404, "Not Found")
    assert client.refusal("GET", "/project/") == (404, "Not Found")


def test_wrong_method(client: Client) -> None:
    response = client.patch("/governance/purpose/1")

    assert client.refusal("PATCH", "/governance/purpose/1") == (405, "PATCH is not supported on this path.")
    assert response.headers["Allow"] == "DELETE, GET, PUT"


@pytest.mark.parametrize("path", ["/governance/purpose/abc", "/project/-1", "/project/1.5"])
def test_an_id_in_a_path_is_a_number(client: Client, path: str) -> None:
    name = "projectId" if path.startswith("/project") else "purposeId"

    assert client.refusal("GET", path) == (400, f'"{name}" must be a positive integer')


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/governance/purpose?colour=red", '"colour" is not allowed'),
        ("/governance/purpose?size=0", '"size" Input should be greater than or equal to 1'),
        ("/governance/purpose?size=ten", '"size" must be an integer'),
        ("/governance/purpose?size=1&size=2", '"size" must be an integer'),
        ("/governance/purpose?noLimit=yes", '"noLimit" must be a boolean'),
        ("/governance/purpose?sortOrder=up", "\"sortOrder\" must be one of ['asc', 'desc']"),
        ("/project?mode=7", "\"mode\" must be one of ['0']"),
        ("/project?status=ajar", '"status" must be one of [open, closed]'),
        ("/project?subscription=owner", '"subscription" must be one of [automatic, approval, policy, manual]'),
        ("/bim/iam?x=1", '"x" is not allowed'),
    ],
)
def test_query_parameters_are_checked(client: Client, path: str, message: str) -> None:
    assert client.refusal("GET", path) == (400, message)


@pytest.mark.parametrize("endpoint", ALL, ids=_NAMES)
def test_every_endpoint_but_two_needs_a_credential(client: Client, endpoint) -> None:
    del client.headers["Authorization"]
    response = client.request(endpoint.method, _path(endpoint.path))
    public = endpoint.path in ("/bim/apikey/authenticate", "/_local/health")

    assert (response.status_code == 401) == (not public)


@pytest.mark.parametrize("endpoint", [item for item in ALL if item.permissions], ids=lambda item: item.path)
def test_a_missing_permission_is_a_403(analyst: Client, endpoint) -> None:
    status, message = analyst.refusal(endpoint.method, _path(endpoint.path))

    assert (status, message) == (403, f"You need the permission {endpoint.permissions[0]} for this request.")


def test_a_defect_answers_with_the_envelope_and_without_details(
    client: Client, tenant: RunningTenant, capsys: pytest.CaptureFixture[str]
) -> None:
    client.ok("POST", "/api/v2/purpose", json={"name": "Retention"})
    with tenant.store.transaction():
        tenant.store._connection.execute("UPDATE document SET body = '{' WHERE kind = 'purpose'")

    assert client.refusal("GET", "/governance/purpose") == (500, "An internal server error occurred.")
    assert "JSONDecodeError" in capsys.readouterr().err


def test_a_content_type_without_a_body_is_taken(client: Client) -> None:
    json_type = {"Content-Type": "application/json"}
    client.ok("POST", "/api/v2/project", json={"projectKey": "p", "name": "P"})

    assert client.ok("GET", "/governance/purpose", headers=json_type)["count"] == 4
    assert client.ok("DELETE", "/api/v2/project/p", headers=json_type) == {"dryRun": False, "deleting": "p"}
