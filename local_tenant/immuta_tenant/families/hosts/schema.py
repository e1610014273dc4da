"""What requests about hosts must look like."""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from immuta_tenant.families.connections.schema_parts import Integer, PlainText, Text
from immuta_tenant.paging import SortOrder
from immuta_tenant.validation import Body, NotNull, Query, QueryBool, QueryInt

Port = Annotated[Integer, Field(ge=0, le=65535)]


class Principal(Body):
    """A user or a group."""

    id: Integer
    type: Literal["user", "group"]


class Overrides(Body):
    """The settings of an object that are to differ from those of its parent."""

    isActive: NotNull[bool] = None
    activateNewChildren: NotNull[bool] = None
    infrastructureAdmins: NotNull[list[Principal]] = None
    dataOwners: NotNull[list[Principal]] = None


class SettingsBody(Body):
    """PUT /data/settings/{objectPath}."""

    overrides: Overrides


class SearchQuery(Query):
    """POST /data/object/search and what is below it."""

    sortField: Literal["name", "objectPath", "technology", "state", "createdAt", "lastCrawled", "remoteId"] = "name"
    sortOrder: SortOrder = "asc"
    offset: QueryInt = Field(default=0, ge=0)
    limit: QueryInt | None = Field(default=None, ge=0)
    searchText: str | None = None


class CrawlQuery(Query):
    """PUT /data/crawl/{objectPath}: the documents list the flag here."""

    forceRecursive: QueryBool = False


class CrawlBody(Body):
    """PUT /data/crawl/{objectPath}: the documents' example sends the flag here."""

    forceRecursive: bool = False


class HostConnection(Body):
    """How Snowflake is reached; of other technologies and credentials the documents have no example."""

    technology: Literal["Snowflake"]
    hostname: Text
    port: Port
    warehouse: Text
    role: Text
    authenticationType: Literal["userPassword"]
    username: Text
    password: Text


class HostSettings(Body):
    """Whether the host is to be active."""

    isActive: bool


class HostOptions(Body):
    """What follows the update."""

    forceRecursiveCrawl: bool


class Switch(Body):
    """A feature that is on or off."""

    enabled: bool


class ImpersonationSwitch(Switch):
    """Impersonation and its role."""

    role: PlainText = "IMMUTA_IMPERSONATION"


class WorkspacesSwitch(Switch):
    """Workspaces and their warehouses."""

    warehouses: list[PlainText] = Field(default_factory=list)


class RolePattern(Body):
    """Who is exempt."""

    exclude: list[PlainText]


class IntegrationConfig(Body):
    """The native integration, as the Integrations API states it."""

    authenticationType: Literal["userPassword"]
    username: Text
    password: Text
    host: Text
    port: Port
    warehouse: Text
    database: Text
    impersonation: ImpersonationSwitch
    audit: Switch
    workspaces: WorkspacesSwitch
    lineage: Switch
    userRolePattern: RolePattern


class NativeIntegration(Body):
    """What backs the host."""

    type: Literal["Snowflake"]
    autoBootstrap: bool
    config: IntegrationConfig


class HostUpdate(Body):
    """PUT /data/connection/{connectionKey}: the whole host, as there are no partial updates."""

    connection: HostConnection
    settings: HostSettings
    options: HostOptions
    nativeIntegration: NativeIntegration
