"""Bodies of connections, one for each technology and type of credential, and what refusals of this API look like."""

from __future__ import annotations

from typing import Any

from tests.tenant.client import Client

ROOT = "/api/connections"
SEARCH = f"{ROOT}/dataObjects/_search"
KINDS = ("DATABASE", "SCHEMA", "TABLE")
OWNER = {"id": 2, "type": "USER"}
PRIVATE_KEY = {"filename": "key.pem", "content": "-----BEGIN KEY-----"}
OAUTH_SECRET = {
    "authenticationType": "OAuthWithSecret",
    "clientId": "app",
    "authorityUrl": "https://login.example.com/t",
    "scope": "all",
    "clientSecret": "hush",
}
OAUTH_CERTIFICATE = {
    "authenticationType": "OAuthWithCertificate",
    "clientId": "app",
    "authorityUrl": "https://login.example.com/t",
    "scope": "all",
    "publicCertificateThumbprint": "ab:cd",
    "privateKey": PRIVATE_KEY,
    "resource": "api",
}
PASSWORD = {"authenticationType": "UsernamePassword", "username": "svc", "password": "hush"}
TOKEN = {"authenticationType": "Token", "token": "hush"}
PROXY = {"host": "http://proxy.example.com", "port": 8080, "credential": PASSWORD}
OF_SNOWFLAKE = [
    PASSWORD,
    OAUTH_SECRET,
    OAUTH_CERTIFICATE,
    {"authenticationType": "UnencryptedKeyPair", "username": "svc", "privateKey": PRIVATE_KEY},
    {"authenticationType": "EncryptedKeyPair", "username": "svc", "privateKey": PRIVATE_KEY, "password": "hush"},
]
OF_DATABRICKS = [TOKEN, OAUTH_SECRET, OAUTH_CERTIFICATE]


def snowflake(key: str = "sf", credential: Any = PASSWORD, client: Any = None, **attributes: Any) -> dict[str, Any]:
    """A minimal Snowflake connection, with changes of its client configuration and of the rest."""
    configuration = {
        "host": "org-acc.snowflakecomputing.com",
        "warehouse": "WH",
        "role": "IMMUTA",
        "accountId": "ORG-ACC",
        "immutaSystemDatabase": "immuta_sys",
        "credential": credential,
    }
    return _connection("Snowflake", key, configuration | (client or {}), attributes)


def databricks(key: str = "dbx", credential: Any = TOKEN, client: Any = None, **attributes: Any) -> dict[str, Any]:
    """A minimal Databricks connection, with changes of its client configuration and of the rest."""
    configuration = {
        "host": "example.cloud.databricks.com",
        "path": "sql/protocolv1/o/0/abc",
        "immutaSystemCatalog": "immuta",
        "credential": credential,
    }
    return _connection("Databricks", key, configuration | (client or {}), attributes)


def _connection(technology: str, key: str, client: dict[str, Any], attributes: dict[str, Any]) -> dict[str, Any]:
    body = {"connectionKey": key, "technology": technology, "clientConfiguration": client}
    return body | {"dataObjectDefaults": {"owners": [OWNER]}, "dataObjectSync": {}} | attributes


def answer(client: Client, status: int, method: str, path: str, **options: Any) -> Any:
    """Return the JSON of an answer with this status."""
    response = client.request(method, path, **options)
    assert response.status_code == status, response.text
    return response.json()


def created(client: Client, body: dict[str, Any]) -> Any:
    """Create a connection; returns the answer."""
    return answer(client, 201, "POST", ROOT, json=body)


def patched(client: Client, key: str, body: dict[str, Any], query: str = "") -> Any:
    """Patch a connection; returns the answer."""
    return client.ok("PATCH", f"{ROOT}/{key}{query}", json=body)


def refused(client: Client, method: str, path: str, **options: Any) -> tuple[int, str, str]:
    """Return status, code and message of an answer that must be a list of one error."""
    response = client.request(method, path, **options)
    body = response.json()
    assert [*body] == ["errors"], body
    assert len(body["errors"]) == 1
    return response.status_code, body["errors"][0]["code"], body["errors"][0]["message"]


def state(client: Client, key: str) -> str:
    """Return the state of a connection."""
    return client.ok("GET", f"{ROOT}/{key}")["state"]


def tasks(client: Client, key: str, query: str = "") -> list[tuple[str, str]]:
    """Return type and status of the tasks of a connection, newest first."""
    return [(task["type"], task["status"]) for task in client.ok("GET", f"{ROOT}/{key}/tasks?{query}")["tasks"]]


def run(client: Client, key: str, task_id: str) -> Any:
    """Return the only run of a task."""
    (only,) = client.ok("GET", f"{ROOT}/{key}/tasks/{task_id}/runs")["runs"]
    return only


def names(view: dict[str, Any]) -> list[str]:
    """Return the names along the path of a data object."""
    found, path = [], view["objectPath"]
    while path is not None:
        found.append(path["name"])
        path = path.get("child")
    return found


def object_path(text: str, kinds: tuple[str, ...] = KINDS) -> dict[str, Any]:
    """Return the path of names with slashes between them as requests take it."""
    path: dict[str, Any] = {}
    for name, kind in reversed([*zip(text.split("/"), kinds, strict=False)]):
        path = {"name": name, "type": kind} | ({"child": path} if path else {})
    return path
