"""Connections: the registrations of data platforms. Immuta carries out what it is told after it has answered."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from pydantic import Field

from immuta_provider.api.calls import path_of
from immuta_provider.api.connection_tasks import CONNECTIONS, DATA_OBJECT_SYNC, Task
from immuta_provider.api.cursors import items
from immuta_provider.api.data_objects import Owner
from immuta_provider.api.errors import NotFound
from immuta_provider.api.model import ApiModel

if TYPE_CHECKING:
    from collections.abc import Mapping

    from immuta_provider.api.transport import Client

DATABRICKS: Final = "Databricks"
SNOWFLAKE: Final = "Snowflake"

ACTIVE: Final = "ACTIVE"
INACTIVE: Final = "INACTIVE"
UNHEALTHY: Final = "UNHEALTHY"
DELETING: Final = "DELETING"
ACTIVATING: Final = "ACTIVATING"
DEACTIVATING: Final = "DEACTIVATING"
TRANSITIONAL: Final = frozenset({ACTIVATING, DEACTIVATING, "UPDATING", DELETING})
OF_DATA_OBJECTS: Final = frozenset({DATA_OBJECT_SYNC, "DATA_OBJECT_DELETE"})


class HealthError(ApiModel):
    """One thing that is wrong with a component of a connection."""

    code: str = ""
    message: str = ""
    details: Any = None

    def __str__(self) -> str:
        details = "" if self.details is None else f" ({json.dumps(self.details, ensure_ascii=False)})"
        return f"{self.code}: {self.message}{details}"


class Health(ApiModel):
    """How a component of a connection is."""

    state: str
    errors: list[HealthError] = Field(default_factory=list)


class Component(ApiModel):
    """The part of each of the three components that all technologies share."""

    health: Health | None = None


class Proxy(ApiModel):
    """The proxy through which Databricks is reached."""

    host: str | None = None
    port: int | None = None
    credential: dict[str, Any] = Field(default_factory=dict)


class ClientConfiguration(Component):
    """How the platform is reached. Which members there are depends on the technology; secrets are redacted."""

    credential: dict[str, Any] = Field(default_factory=dict)
    host: Any = None
    port: int | None = None
    proxy: Proxy | None = None
    path: str | None = None
    warehouse: str | None = None
    role: str | None = None
    account_id: str | None = None
    immuta_system_database: str | None = None
    immuta_system_catalog: str | None = None
    metastore_id: str | None = None
    username: str | None = None


class Impersonation(ApiModel):
    """Whether people may impersonate others (Snowflake), and by which role."""

    enabled: bool = False
    impersonation_role: str | None = None


class Workspaces(ApiModel):
    """Whether there are Snowflake workspaces, and their warehouses."""

    enabled: bool = False
    warehouses: list[str] = Field(default_factory=list)


class PolicyConfiguration(Component):
    """What policies need. Which members there are depends on the technology."""

    exclude_group_pattern: str | None = None
    exclude_user_group_pattern: list[str] = Field(default_factory=list)
    impersonation: Impersonation = Field(default_factory=Impersonation)
    workspaces: Workspaces = Field(default_factory=Workspaces)


class AuditConfiguration(Component):
    """Whether and where queries are audited."""

    enabled: bool = True
    workspace_ids: list[str] = Field(default_factory=list)


class DataObjectDefaults(ApiModel):
    """What data objects have unless they say otherwise."""

    sync_policy: bool = False
    owners: list[Owner] = Field(default_factory=list)


class DataObjectSync(ApiModel):
    """When data objects are looked for."""

    enabled: bool = True
    schedule: str = "EVERY_24_HOURS"
    start_time: int = 0
    sync_all_data_objects: bool = True


class Setup(ApiModel):
    """A script that the platform needs, as the answer to the creation has it and no other."""

    configuration: str = ""
    description: str = ""


class Connection(ApiModel):
    """A connection as the API returns it."""

    connection_key: str
    technology: str
    state: str
    client_configuration: ClientConfiguration = Field(default_factory=ClientConfiguration)
    policy_configuration: PolicyConfiguration = Field(default_factory=PolicyConfiguration)
    audit_configuration: AuditConfiguration = Field(default_factory=AuditConfiguration)
    data_object_defaults: DataObjectDefaults = Field(default_factory=DataObjectDefaults)
    data_object_sync: DataObjectSync = Field(default_factory=DataObjectSync)
    active_tasks: list[Task] = Field(default_factory=list)
    setup: list[Setup] = Field(default_factory=list)
    created_by: str | None = None
    created_at: str | None = None
    updated_by: str | None = None
    updated_at: str | None = None

    @property
    def settled(self) -> bool:
        """Whether nothing changes the connection itself now; a sync of its data objects may run."""
        return self.state not in TRANSITIONAL and all(each.finished for each in self.own_tasks)

    @property
    def own_tasks(self) -> list[Task]:
        """The active tasks that work on the connection itself."""
        return [each for each in self.active_tasks if each.type not in OF_DATA_OBJECTS]

    @property
    def components(self) -> dict[str, Component]:
        """The three components that have a health, by the API's names."""
        return {
            "clientConfiguration": self.client_configuration,
            "policyConfiguration": self.policy_configuration,
            "auditConfiguration": self.audit_configuration,
        }


class ConnectionsApi:
    """The calls of connections: Connections API, /api/connections.

    What answers with a connection may only have begun: look at `Connection.settled`.
    """

    def __init__(self, client: Client) -> None:
        self._client = client

    def get(self, key: str) -> Connection | None:
        """The connection with this key, None when there is none (Connections API, GET .../{connectionKey})."""
        answer = self._get(key)
        return None if answer is None else Connection.read(f"GET {_path(key)}", answer)

    def create(self, body: Mapping[str, Any]) -> Connection:
        """Create a connection (Connections API, POST /api/connections).

        Parameters: `body`, of one technology, with a `connectionKey` that is free: one that exists after an answer was
        lost is taken for the one that was made. Raises Conflict where the key is taken.
        """
        key = str(body["connectionKey"])
        answer = self._client.request("POST", CONNECTIONS, json=dict(body), look=lambda: self._get(key))
        return Connection.read(f"POST {CONNECTIONS}", answer)

    def patch(self, key: str, changes: Mapping[str, Any], *, dry_run: bool = False) -> Connection:
        """Change what `changes` names (Connections API, PATCH .../{connectionKey}).

        Parameters: `changes`, with `port` in every `clientConfiguration` and `enabled` in every `auditConfiguration`,
        which the API may reset otherwise; `dry_run`, only check. Raises Conflict unless it is active or unhealthy.
        """
        params = {"dryRun": "true"} if dry_run else None
        answer = self._client.request("PATCH", _path(key), params=params, json=dict(changes), idempotent=True)
        return Connection.read(f"PATCH {_path(key)}", answer)

    def delete(self, key: str) -> str | None:
        """Begin to delete a connection and return the task; None when there is none (Connections API, DELETE).

        Raises Conflict unless it is inactive.
        """
        try:
            return _task_of(self._client.request("DELETE", _path(key)))
        except NotFound:
            return None

    def activate(self, key: str) -> Connection:
        """Activate an inactive connection (Connections API, POST .../_activate). Raises Conflict for another."""
        return self._drive(key, "_activate", frozenset({ACTIVE, ACTIVATING, UNHEALTHY}))

    def deactivate(self, key: str) -> Connection:
        """Deactivate an active connection (Connections API, POST .../_deactivate). Raises Conflict for another."""
        return self._drive(key, "_deactivate", frozenset({INACTIVE, DEACTIVATING}))

    def validate(self, key: str) -> str | None:
        """Begin to validate a connection and return the task (Connections API, POST .../_validate).

        Raises Conflict unless it is active or unhealthy.
        """
        return _task_of(self._client.request("POST", _path(key, "_validate"), idempotent=True))

    def list(self, *, sort: tuple[str, ...] = ()) -> list[Connection]:
        """All connections, newest first (Connections API, GET /api/connections).

        Parameters: `sort`, one to three of `field:asc` and `field:desc`; fields are connectionKey, technology, state,
        createdAt and updatedAt.
        """
        params = {"sort": list(sort) or None}
        found = items(self._client, CONNECTIONS, envelope="data", key="connectionKey", params=params)
        return [Connection.read(f"GET {CONNECTIONS}", each) for each in found]

    def _drive(self, key: str, verb: str, arrived: frozenset[str]) -> Connection:
        def look() -> Any:
            answer = self._get(key)
            there = isinstance(answer, dict) and answer.get("state") in arrived
            return answer if there else None

        path = _path(key, verb)
        return Connection.read(f"POST {path}", self._client.request("POST", path, look=look))

    def _get(self, key: str) -> Any:
        try:
            return self._client.request("GET", _path(key))
        except NotFound:
            return None


def _path(*segments: str) -> str:
    return CONNECTIONS + path_of(*segments)


def _task_of(answer: Any) -> str | None:
    named = answer.get("taskId") if isinstance(answer, dict) else None
    return named if isinstance(named, str) else None
