"""The tenant's Connections API under requests that are generated from its published document."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import pytest
from starlette.responses import JSONResponse

from immuta_tenant import RunningTenant, running_tenant
from immuta_tenant.app import TenantApplication
from immuta_tenant.kinds import CONNECTION, CONNECTION_TASK, CONNECTION_TASK_RUN, DATA_OBJECT, TAG
from immuta_tenant.testing_connections import TenantConnections
from tests.contract.generated import Outcome, run
from tests.contract.openapi import contract, document
from tests.contract.prose import Patches, has_cursor, may_refuse_tags, says_a_word_that_is_kept
from tests.contract.test_openapi import DATABRICKS, SNOWFLAKE

API_KEY = "key-of-generated-requests"
SEED = 20260102
CREATE = "POST /api/connections"
PATCH = "PATCH /api/connections/{connectionKey}"
PATCH_OBJECT = "PATCH /api/connections/{connectionKey}/dataObjects/{id}"
NEEDS_INACTIVE = ("DELETE /api/connections/{connectionKey}", "POST /api/connections/{connectionKey}/_activate")


class Connections:
    """Connections in every state that lasts, with their data objects, tasks and runs."""

    def __init__(self, tenant: RunningTenant) -> None:
        tenant.reset()
        self.store = tenant.store
        with httpx.Client(base_url=tenant.url, headers={"Authorization": API_KEY}, verify=False) as client:
            self._make(client, tenant.connections)
        self._start = self.store.dump()
        self._keys = {item["id"]: item["connectionKey"] for item in self.store.all(CONNECTION)}
        self._stored = {item["connectionKey"]: item for item in self.store.all(CONNECTION)}
        self._tags = [tag["id"] for tag in self.store.all(TAG)]
        self._patches = Patches(document())
        self._objects = [(self._keys[item["connection"]], item["objectId"]) for item in self.store.all(DATA_OBJECT)]
        self._runs = [
            (
                task["connectionKey"],
                task["taskId"],
                self.store.children(CONNECTION_TASK_RUN, task["taskId"])[0]["runId"],
            )
            for task in self.store.all(CONNECTION_TASK)
        ]

    def _make(self, client: httpx.Client, connections: TenantConnections) -> None:
        bodies = [DATABRICKS | {"connectionKey": "bricks"}]
        bodies += [SNOWFLAKE | {"connectionKey": key} for key in ("flakes", "off", "ill", "busy")]
        connections.unhealthy("ill")
        for body in bodies:
            if body["connectionKey"] == "busy":
                connections.delay(10_000_000)
            assert client.post("/api/connections", json=body).status_code == 201
        connections.delay(0)
        assert client.post("/api/connections/off/_deactivate").status_code == 200

    @property
    def states(self) -> dict[str, str]:
        return {key: item["state"] for key, item in self._stored.items()}

    def renew(self) -> None:
        """Go back to the start; ids stay what they were."""
        self.store.load(self._start)

    def path(self, operation: str, body: Any, choice: int) -> dict[str, str]:
        """Return values for the parameters of a path."""
        if "{id}" in operation:
            key, identifier = self._objects[choice % len(self._objects)]
            return {"connectionKey": key, "id": identifier}
        if "{taskId}" in operation:
            key, task, run_id = self._runs[choice % len(self._runs)]
            return {"connectionKey": key, "taskId": task, "runId": run_id}
        keys = self._keys_for(operation, body)
        return {"connectionKey": keys[choice % len(keys)]}

    def _keys_for(self, operation: str, body: Any) -> list[str]:
        if operation in NEEDS_INACTIVE:
            return [*["off"] * 12, *self._stored]
        if operation == PATCH and isinstance(body, dict):
            fitting = self._patches.fitting(body)
            return [key for key, item in self._stored.items() if item["technology"] in fitting] or [*self._stored]
        return [*self._stored]

    def may_refuse(self, operation: str, path: Mapping[str, Any], query: Mapping[str, Any], body: Any) -> bool:
        """Tell whether a 400 may answer a request that the schemas allow."""
        if has_cursor(query, body) or (operation in (CREATE, PATCH) and says_a_word_that_is_kept(body)):
            return True
        if operation == PATCH and path["connectionKey"] in self._stored:
            stored = self._stored[path["connectionKey"]]
            kind = stored["clientConfiguration"]["credential"]["authenticationType"]
            return self._patches.may_be_refused(body, stored["technology"], kind)
        return operation == PATCH_OBJECT and may_refuse_tags(body, self._tags)


@pytest.fixture
def tenant() -> Iterator[RunningTenant]:
    with running_tenant(api_key=API_KEY) as running:
        yield running


def told(outcome: Outcome) -> str:
    return "\n".join(outcome.findings[:20]) + f"\n{len(outcome.findings)} findings in {outcome.cases} cases"


def run_over(tenant: RunningTenant, application: Any, *paths: str, **how: Any) -> Outcome:
    return run(application, Connections(tenant), paths=paths, api_key=API_KEY, **{"seed": SEED} | how)


# Parts that take about the same time, for the workers of a parallel run.
PATHS = list(document()["paths"])
PARTS = [PATHS[:1], PATHS[1:2], PATHS[2:]]


@pytest.mark.parametrize(
    "paths",
    [
        pytest.param(PARTS[0], id="list and create", marks=pytest.mark.soak),
        pytest.param(PARTS[1], id="one connection"),
        pytest.param(PARTS[2], id="all others", marks=pytest.mark.soak),
    ],
)
def test_nothing_is_found(
    tenant: RunningTenant, paths: list[str], record_property: Callable[[str, object], None]
) -> None:
    outcome = run_over(tenant, TenantApplication(tenant.tenant), *paths, examples=8)
    record_property("generated requests cases", outcome.cases)
    record_property("generated requests seed", SEED)

    assert not outcome.findings, told(outcome)
    assert outcome.succeeded == {f"{method} {path}" for method, path in contract().operations if path in paths}
    assert outcome.phases.keys() == {"coverage", "fuzzing"}
    assert outcome.cases > 800


SWITCHED = {
    "connection_patch_defaults": True,
    "connection_tasks_survive": True,
    "connection_port_shown": False,
    "connection_health_shown": False,
}


@pytest.mark.soak
@pytest.mark.parametrize("switches", [{}, SWITCHED], ids=["as it is", "switched"])
def test_nothing_is_found_for_long(switches: dict[str, Any], record_property: Callable[[str, object], None]) -> None:
    seed = random.SystemRandom().randrange(2**32)
    record_property("generated requests seed", seed)
    with running_tenant(api_key=API_KEY, **switches) as tenant:
        outcome = run_over(tenant, TenantApplication(tenant.tenant), *PATHS, examples=1000, seed=seed, constants=True)
    record_property("generated requests cases", outcome.cases)

    assert not outcome.findings, told(outcome)


TASK = "/api/connections/{connectionKey}/tasks/{taskId}"
TASKS = "/api/connections/{connectionKey}/tasks"
DEACTIVATE = "/api/connections/{connectionKey}/_deactivate"
DATA_OBJECT_PATH = "/api/connections/{connectionKey}/dataObjects/{id}"


def _wrong_value(status: int, body: Any) -> tuple[int, Any]:
    return status, body | {"status": "DONE"} if "status" in body else body


def _attribute_missing(status: int, body: Any) -> tuple[int, Any]:
    return status, {name: value for name, value in body.items() if name != "remoteId"}


def _attribute_too_many(status: int, body: Any) -> tuple[int, Any]:
    return status, body | {"totalCount": 1} if "tasks" in body else body


def _other_error(status: int, body: Any) -> tuple[int, Any]:
    return status, {"message": "no"} if status == 409 else body


def _other_status(status: int, body: Any) -> tuple[int, Any]:
    return 200 if status == 202 else status, body


def _everything_accepted(status: int, body: Any) -> tuple[int, Any]:
    accepted = {"tasks": [], "meta": {"sort": [{"field": "type", "order": "asc"}], "page": {"limit": 1}}}
    return (200, accepted) if status == 400 else (status, body)


@pytest.mark.parametrize(
    ("path", "break_answer", "finding"),
    [
        (TASK, _wrong_value, "Response violates schema"),
        (DATA_OBJECT_PATH, _attribute_missing, "Response violates schema"),
        (TASKS, _attribute_too_many, "Response violates schema"),
        (DEACTIVATE, _other_error, "Response violates schema"),
        (DATA_OBJECT_PATH, _other_status, "Undocumented status code: Received: 200"),
        (TASKS, _everything_accepted, "Schema-violating request accepted"),
    ],
)
def test_what_is_broken_on_purpose_is_found(
    tenant: RunningTenant, path: str, break_answer: Callable[[int, Any], tuple[int, Any]], finding: str
) -> None:
    sound = TenantApplication(tenant.tenant)
    assert run_over(tenant, sound, path, examples=10, coverage=False).findings == []

    broken = run_over(tenant, Broken(sound, break_answer), path, examples=10, coverage=False)
    assert finding in told(broken)


class Broken:
    """A server whose answers are changed on their way."""

    def __init__(self, sound: TenantApplication, break_answer: Callable[[int, Any], tuple[int, Any]]) -> None:
        self._sound, self._break = sound, break_answer

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        messages: list[Any] = []

        async def keep(message: Any) -> None:
            messages.append(message)

        await self._sound(scope, receive, keep)
        if messages:
            body = b"".join(message.get("body", b"") for message in messages)
            status, broken = self._break(messages[0]["status"], json.loads(body))
            await JSONResponse(broken, status_code=status)(scope, receive, send)
