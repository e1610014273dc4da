"""The settings of one tenant.

Who may call it, where its state lives, what it is seeded with, and the switches for behaviour on which the published
documents are silent or differ.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from immuta_tenant.permissions import ALL_PERMISSIONS

SEEDED_TAGS = (
    "Discovered",
    "Discovered.PII",
    "Discovered.Person Name",
    "Discovered.Entity",
    "Discovered.Entity.Electronic Mail Address",
    "Finance",
    "Finance.Revenue",
)
CONNECTION_HOSTS = ("kept", "normalized", "redacted")
POLICY_SHAPES = ("swagger", "house", "scrambled")
INTEGRATION_IDS = ("string", "number")
INTEGRATION_VIEWS = ("documented", "strict", "sparse", "verbose")
INTEGRATION_SCRIPTS = ("text", "string", "object")
SEEDED_DATA_SOURCES = ("Sales Orders", "Sales Customers", "Ledger", "Employees")


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be chosen when a tenant is started.

    Parameters:
        api_key: the key of the tenant's first user. Required: a tenant never makes up a credential.
        permissions: Immuta permissions of that user; all of them by default.
        other_keys: further API keys, each with the permissions of the user that it belongs to.
        database: a file that survives a restart, or `:memory:`.
        tags, data_sources: names that exist from the start, so that projects have something to refer to.
        token_lifetime_seconds: life of a bearer token after its last use.
        request_log_size: how many of the latest requests the log keeps.
        keep_omitted_subpurposes: a V2 purpose that leaves out existing sub-purposes keeps them (default: deletes them).
        forget_first_acknowledgement: the first V2 save of a purpose does not store its acknowledgement, as some
            versions of the product did.
        require_acknowledgement: refuse to change a project while its purposes have a statement that the caller has
            not accepted. Off by default, because the owner's first update of a new project would then be refused.
        list_shows_project_key: hits of `GET /project` carry `projectKey` (the documents' table has it, their example
            does not).
        policy_shape: how the V1 API spells what no document spells about policies: `swagger`, `house` or `scrambled`.
        deleted_policies_readable: a deleted policy can still be read by id, with `deleted: true`.
        accept_unknown_policy_attributes: attributes of policies that are not documented are forgotten, not refused.
        integration_delay: seconds that creating, changing, deleting or migrating an integration takes; 0: it is done
            when the request is answered, although the answer still says `creating`.
        integration_ids: whether the id of an integration is a `string` in responses, as in the documents' examples, or
            a `number`, as in their table.
        integration_view: what responses show of integrations: what is `documented`, the same with every secret hidden
            (`strict`), only attributes that the documents' examples show (`sparse`), or unknown ones too (`verbose`).
        integration_scripts: whether a script is answered as bare `text`, a JSON `string`, or in an `object`.
        deleted_integrations_readable: integrations that are gone can still be read and are listed, with their status.
        connection_delay: seconds that the work on a connection takes; by default it is done on return.
        data_objects: what a sync finds on the data platforms: a JSON or TOML file, or what would stand in one.
        connection_patch_defaults: a patch that leaves out `port` or `auditConfiguration.enabled` puts the defaults back
            that the schema of the patch has.
        connection_tasks_survive: the task that has deleted a connection can still be read.
        connection_host: how connections are read with their host, which the documents give no type: `kept` as written,
            `normalized` (lower case, without scheme and slash) or `redacted`.
        connection_port_shown: Snowflake connections are read with their `port`, which the documents leave open.
        connection_health_shown: connections are read with the health of their components, which is optional too.
        seed_purposes, seed_projects, seed_policies: how many sample objects there are from the start.
        latency: milliseconds that every request is delayed.
        latencies: milliseconds by the shell pattern of a path; the longest pattern that matches counts.
        faults: what goes wrong from the start, each a text as `parse_fault` reads it.
    """

    api_key: str = field(repr=False)
    permissions: Sequence[str] = ALL_PERMISSIONS
    other_keys: Mapping[str, Sequence[str]] = field(default_factory=dict, repr=False)
    database: str = ":memory:"
    user_name: str = "Ada Example"
    userid: str = "ada@example.com"
    tags: Sequence[str] = SEEDED_TAGS
    data_sources: Sequence[str] = SEEDED_DATA_SOURCES
    token_lifetime_seconds: float = 3600.0
    request_log_size: int = 10_000
    keep_omitted_subpurposes: bool = False
    forget_first_acknowledgement: bool = False
    require_acknowledgement: bool = False
    list_shows_project_key: bool = False
    policy_shape: str = "swagger"
    deleted_policies_readable: bool = False
    accept_unknown_policy_attributes: bool = False
    integration_delay: float = 0.0
    integration_ids: str = "string"
    integration_view: str = "documented"
    integration_scripts: str = "text"
    deleted_integrations_readable: bool = False
    connection_delay: float = 0.0
    data_objects: str | Mapping[str, Any] | None = None
    connection_patch_defaults: bool = False
    connection_tasks_survive: bool = False
    connection_host: str = "kept"
    connection_port_shown: bool = True
    connection_health_shown: bool = True
    seed_purposes: int = 0
    seed_projects: int = 0
    seed_policies: int = 0
    latency: float = 0.0
    latencies: Mapping[str, float] = field(default_factory=dict)
    faults: Sequence[str] = ()

    def __post_init__(self) -> None:
        """Refuse a tenant that anybody could call, one key that means two users, and a switch that there is not.

        Raises:
            ValueError: a key is empty or stands twice, a switch has a value that is not known, or a delay is negative.
        """
        if not self.api_key.strip() or not all(key.strip() for key in self.other_keys):
            raise ValueError("an API key of the local tenant must not be empty; choose one and give it to the clients")
        if self.api_key in self.other_keys:
            raise ValueError("the main API key of the local tenant stands among the other keys as well")
        if self.policy_shape not in POLICY_SHAPES:
            raise ValueError(f"the shape of policies must be one of {', '.join(POLICY_SHAPES)}")
        if self.integration_delay < 0:
            raise ValueError("the delay of integrations must not be negative")
        for name, known in (("ids", INTEGRATION_IDS), ("view", INTEGRATION_VIEWS), ("scripts", INTEGRATION_SCRIPTS)):
            if getattr(self, f"integration_{name}") not in known:
                raise ValueError(f"integration_{name} must be one of {', '.join(known)}")
        if self.connection_delay < 0:
            raise ValueError("the delay of connections must not be negative")
        if self.connection_host not in CONNECTION_HOSTS:
            raise ValueError(f"the form of hosts must be one of {', '.join(CONNECTION_HOSTS)}")
