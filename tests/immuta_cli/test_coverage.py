"""The page of covered endpoints is true: what the provider calls and what the tenant serves stand there as such."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import pytest

from immuta_provider.api import Client, ProjectsApi, PurposesApi, Settings, UsersApi
from immuta_tenant import running_tenant
from immuta_tenant.families import endpoints

PAGE = Path(__file__).parents[2] / "docs" / "coverage.md"
STATES = ("resource", "data source", "internal", "local tenant only", "not yet", "never")
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "CLI")
UNDOCUMENTED = {"DELETE /api/v2/project/{}"}


class Row(NamedTuple):
    method: str
    path: str
    does: str
    state: str

    @property
    def kind(self) -> str:
        found = [kind for kind in STATES if re.fullmatch(rf"{kind}s?( [`(].*)?", self.state)]
        assert len(found) == 1, self
        return found[0]

    @property
    def shape(self) -> str:
        return f"{self.method} {re.sub(r'{[^}]*}', '{}', self.path)}"

    def matches(self, method: str, path: str) -> bool:
        pattern = re.sub(r"\\{.*?\\}", "[^/]+", re.escape(self.path))
        return self.method == method and re.fullmatch(pattern, path) is not None


def cells() -> list[list[str]]:
    lines = (line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("|"))
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def rows() -> list[Row]:
    return [Row(line[0], line[1].strip("`"), line[2], line[3]) for line in cells() if line[0] in METHODS]


def state_of(method: str, path: str) -> str:
    """The kind of state of the row that matches best, which is the one with the fewest placeholders."""
    matching = [row for row in rows() if row.matches(method, path)]
    assert matching, f"{method} {path} is not in the page"
    return min(matching, key=lambda row: row.path.count("{")).kind


def call_everything(client: Client) -> None:
    """Every public call of the three families, on objects of its own."""
    users, purposes, projects = UsersApi(client), PurposesApi(client), ProjectsApi(client)
    users.current()
    purpose = purposes.save({"name": "Retention", "description": "d", "acknowledgement": "I agree"}).id
    assert purpose is not None
    purposes.get(purpose)
    purposes.find("Retention")
    purposes.list()
    purposes.update(purpose, {"description": "e"})
    project = projects.save({"projectKey": "churn", "name": "Churn", "purposes": ["Retention"]}).id
    assert project is not None
    found = projects.get(project)
    assert found is not None
    assert found.subscription_id is not None
    projects.find("churn", name="Churn")
    projects.list()
    projects.data_source_names(project)
    projects.acknowledge(project, found.subscription_id)
    projects.update(project, {"description": "e"})
    projects.remove_tag(project, "Sample")
    projects.delete(project)
    purposes.delete(purpose)


@pytest.fixture(scope="module")
def requests() -> set[tuple[str, str]]:
    with running_tenant() as tenant:
        settings = Settings(host=tenant.url, api_key=tenant.api_key, authentication="bearer")
        with Client(settings) as client:
            call_everything(client)
        return {(entry.method, entry.path) for entry in tenant.request_log()}


def public_calls(family: type) -> set[str]:
    return {name for name in vars(family) if not name.startswith("_")}


def test_this_test_makes_every_call_of_the_client() -> None:
    assert public_calls(UsersApi) == {"current"}
    assert public_calls(PurposesApi) == {"save", "get", "find", "list", "update", "delete"}
    assert public_calls(ProjectsApi) == {
        "save", "get", "find", "data_source_names", "list", "update", "delete", "remove_tag", "acknowledge",
    }  # fmt: skip


def test_what_the_provider_calls_is_covered(requests: set[tuple[str, str]]) -> None:
    assert len(requests) >= 14
    assert {
        request: state
        for request in requests
        if (state := state_of(*request)) not in ("resource", "data source", "internal")
    } == {}


def test_only_what_the_provider_calls_is_covered(requests: set[tuple[str, str]]) -> None:
    covered = [row for row in rows() if row.kind in ("resource", "data source", "internal") and row.method != "CLI"]
    assert [row.shape for row in covered if not any(row.matches(*request) for request in requests)] == []


def test_what_the_tenant_serves_is_not_called_missing() -> None:
    served = {f"{each.method} {re.sub(r'{[^}]*}', '{}', each.path)}" for each in endpoints()}
    states = {row.shape: row.kind for row in rows()}
    assert served - states.keys() == UNDOCUMENTED
    assert {shape: states[shape] for shape in served - UNDOCUMENTED if states[shape] in ("not yet", "never")} == {}
    assert {shape for shape, kind in states.items() if kind == "local tenant only"} <= served


def test_no_endpoint_stands_there_twice() -> None:
    assert [shape for shape, count in Counter((row.method, row.path) for row in rows()).items() if count > 1] == []


def test_a_reason_is_given_where_something_is_left_out() -> None:
    assert [row for row in rows() if row.kind == "never" and not re.fullmatch(r"never \(.+\)", row.state)] == []


def test_the_counts_are_right() -> None:
    legend = [line for line in cells() if len(line) == 3 and line[2].isdigit()]
    counted = Counter(row.kind for row in rows())
    expected = [*(counted[state] for state in STATES), len(rows())]
    assert expected == [int(line[2]) for line in legend]
    assert [*STATES, "all"] == [re.sub(r"( X| \(.*)?`|`", "", line[0]) for line in legend]
