"""Escaped characters in paths: a segment is one name, whatever stands in it."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from immuta_tenant import RunningTenant
from tests.tenant.client import Client

NAMES = ["a/b", "100%", "%2F", "%25", "two words", "a+b", "a?b#c", "ähre/日本", "..", "a/../b", "x;y,z", "/"]


@pytest.mark.parametrize("name", NAMES)
def test_a_project_key(client: Client, tenant: RunningTenant, name: str) -> None:
    client.ok("POST", "/api/v2/project", json={"projectKey": name, "name": "P"})
    client.ok("POST", "/api/v2/project", json={"projectKey": f"{name}!", "name": "Q"})
    answer = client.ok("DELETE", f"/api/v2/project/{_escaped(name)}?hardDelete=true")

    assert answer == {"dryRun": False, "deleting": name}
    assert [project["projectKey"] for project in tenant.projects()] == [f"{name}!"]
    assert tenant.request_log()[-1].path == f"/api/v2/project/{name}"


@pytest.mark.parametrize("name", ["Team A/B", "100%", "%2F"])
def test_a_tag(client: Client, tenant: RunningTenant, name: str) -> None:
    client.ok("POST", "/tag", json={"tags": [{"name": name}]})
    project = client.ok("POST", "/api/v2/project", json={"projectKey": "p", "name": "P", "tags": [name]})["projectId"]
    client.ok("DELETE", f"/tag/project/{project}/{_escaped(name)}")
    deleted = client.ok("DELETE", f"/tag/{_escaped(name)}")

    assert (tenant.project("p")["tags"], [tag["name"] for tag in deleted]) == ([], [name])


def test_an_unescaped_slash_is_another_path(client: Client) -> None:
    client.ok("POST", "/api/v2/project", json={"projectKey": "a/b", "name": "P"})

    assert client.refusal("DELETE", "/api/v2/project/a/b") == (404, "Not Found")


def test_an_escaped_slash_is_no_border(client: Client) -> None:
    assert client.refusal("GET", "/governance%2Fpurpose") == (404, "Not Found")
    assert client.refusal("GET", "/project/1%2Fmembers") == (400, '"projectId" must be a positive integer')


def test_characters_that_need_no_escape(client: Client) -> None:
    assert client.ok("GET", "/governance/%70urpose")["count"] == 4


def _escaped(name: str) -> str:
    # Dots are escaped as well: clients resolve `..` before they send it.
    return quote(name, safe="").replace(".", "%2E")
