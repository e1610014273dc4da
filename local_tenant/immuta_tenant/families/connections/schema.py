"""What requests about connections must look like.

A create is told apart by `technology`. A patch is not, so its model is chosen by what is stored.
"""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, RootModel, StringConstraints, Tag

from immuta_tenant.families.connections.schema_credentials import (
    DatabricksCredential,
    DatabricksCredentialPatch,
    SnowflakeCredential,
    SnowflakeCredentialPatch,
    UsernamePassword,
    UsernamePasswordPatch,
)
from immuta_tenant.families.connections.schema_parts import (
    REPEATED,
    NewKey,
    Number,
    PageQuery,
    PlainText,
    SystemName,
    Text,
    Uri,
    newest_first,
    told_apart_by,
)
from immuta_tenant.validation import Body, NotNull, Query, QueryBool

Schedule = Literal[
    "EVERY_HOUR",
    "EVERY_2_HOURS",
    "EVERY_4_HOURS",
    "EVERY_6_HOURS",
    "EVERY_8_HOURS",
    "EVERY_12_HOURS",
    "EVERY_18_HOURS",
    "EVERY_24_HOURS",
]
StartTime = Annotated[Number, Field(ge=0, le=23)]
_SORT = r"^(connectionKey|technology|state|createdAt|updatedAt):(asc|desc)$"


class Owner(Body):
    """A user or a group that owns data objects."""

    id: Number
    type: Literal["USER", "GROUP"]


Owners = Annotated[list[Owner], Field(min_length=1, max_length=100)]


class DataObjectDefaults(Body):
    """What data objects inherit."""

    syncPolicy: bool = False
    owners: Owners


class DataObjectSync(Body):
    """When data objects are synced."""

    enabled: bool = True
    schedule: Schedule = "EVERY_24_HOURS"
    startTime: StartTime = 0
    syncAllDataObjects: bool = True


class AuditConfiguration(Body):
    """Of Snowflake."""

    enabled: bool = True


class AuditConfigurationOfWorkspaces(AuditConfiguration):
    """Of Databricks."""

    workspaceIds: NotNull[list[str]] = None


class Impersonation(Body):
    """Impersonation is on."""

    enabled: Literal[True]
    impersonationRole: PlainText


class Workspaces(Body):
    """Workspaces are on."""

    enabled: Literal[True]
    warehouses: NotNull[list[PlainText]] = None


class Off(Body):
    """Impersonation or workspaces are off."""

    enabled: Literal[False] = False


_BY_ENABLED = told_apart_by("enabled", "true", "false")
ImpersonationChoice = Annotated[Annotated[Impersonation, Tag("~true")] | Annotated[Off, Tag("~false")], _BY_ENABLED]
WorkspacesChoice = Annotated[Annotated[Workspaces, Tag("~true")] | Annotated[Off, Tag("~false")], _BY_ENABLED]


class SnowflakePolicies(Body):
    """How policies are carried out in Snowflake."""

    impersonation: ImpersonationChoice = Field(default_factory=Off)
    workspaces: WorkspacesChoice = Field(default_factory=Off)
    excludeUserGroupPattern: list[PlainText] = Field(default_factory=list)


class DatabricksPolicies(Body):
    """How policies are carried out in Databricks."""

    excludeGroupPattern: PlainText = "immuta_exemption_group"


class Proxy(Body):
    """A proxy on the way to Databricks."""

    host: Uri
    port: Number
    credential: UsernamePassword


class SnowflakeClient(Body):
    """How Snowflake is reached."""

    credential: SnowflakeCredential
    host: Text
    port: Number = 443
    warehouse: Text
    role: Text
    accountId: Text
    immutaSystemDatabase: SystemName


class DatabricksClient(Body):
    """How Databricks is reached."""

    credential: DatabricksCredential
    host: Text
    port: Number = 443
    path: Text
    immutaSystemCatalog: SystemName
    proxy: NotNull[Proxy] = None


class _NewConnection(Body):
    connectionKey: NewKey
    dataObjectDefaults: DataObjectDefaults
    dataObjectSync: DataObjectSync
    syncOnCreate: bool = True


class NewSnowflake(_NewConnection):
    """POST /api/connections."""

    technology: Literal["Snowflake"]
    clientConfiguration: SnowflakeClient
    policyConfiguration: SnowflakePolicies = Field(default_factory=SnowflakePolicies)
    auditConfiguration: AuditConfiguration = Field(default_factory=AuditConfiguration)


class NewDatabricks(_NewConnection):
    """POST /api/connections."""

    technology: Literal["Databricks"]
    clientConfiguration: DatabricksClient
    policyConfiguration: DatabricksPolicies = Field(default_factory=DatabricksPolicies)
    auditConfiguration: AuditConfigurationOfWorkspaces = Field(default_factory=AuditConfigurationOfWorkspaces)


class CreateBody(
    RootModel[
        Annotated[
            Annotated[NewSnowflake, Tag("~Snowflake")] | Annotated[NewDatabricks, Tag("~Databricks")],
            told_apart_by("technology", "Databricks", "Snowflake"),
        ]
    ]
):
    """POST /api/connections."""


class DataObjectDefaultsPatch(Body):
    """See `DataObjectDefaults`."""

    syncPolicy: NotNull[bool] = None
    owners: NotNull[Owners] = None


class DataObjectSyncPatch(Body):
    """See `DataObjectSync`."""

    enabled: NotNull[bool] = None
    schedule: NotNull[Schedule] = None
    startTime: NotNull[StartTime] = None
    syncAllDataObjects: NotNull[bool] = None


class AuditPatch(Body):
    """See `AuditConfiguration`."""

    enabled: NotNull[bool] = None


class AuditOfWorkspacesPatch(AuditPatch):
    """See `AuditConfigurationOfWorkspaces`."""

    workspaceIds: NotNull[list[str]] = None


class SnowflakePoliciesPatch(Body):
    """See `SnowflakePolicies`; a member goes whole."""

    impersonation: NotNull[ImpersonationChoice] = None
    workspaces: NotNull[WorkspacesChoice] = None
    excludeUserGroupPattern: NotNull[list[PlainText]] = None


class ProxyPatch(Body):
    """See `Proxy`."""

    host: NotNull[Uri] = None
    port: NotNull[Number] = None
    credential: NotNull[UsernamePasswordPatch] = None


class SnowflakeClientPatch(Body):
    """See `SnowflakeClient`."""

    credential: NotNull[SnowflakeCredentialPatch] = None
    host: NotNull[Text] = None
    port: NotNull[Number] = None
    warehouse: NotNull[Text] = None
    role: NotNull[Text] = None
    accountId: NotNull[Text] = None


class DatabricksClientPatch(Body):
    """See `DatabricksClient`; a proxy that is null is removed."""

    credential: NotNull[DatabricksCredentialPatch] = None
    host: NotNull[Text] = None
    port: NotNull[Number] = None
    path: NotNull[Text] = None
    immutaSystemCatalog: NotNull[SystemName] = None
    proxy: ProxyPatch | None = None


class _Patch(Body):
    dataObjectDefaults: NotNull[DataObjectDefaultsPatch] = None
    dataObjectSync: NotNull[DataObjectSyncPatch] = None


class SnowflakePatch(_Patch):
    """PATCH /api/connections/{connectionKey}."""

    clientConfiguration: NotNull[SnowflakeClientPatch] = None
    policyConfiguration: NotNull[SnowflakePoliciesPatch] = None
    auditConfiguration: NotNull[AuditPatch] = None


class DatabricksPatch(_Patch):
    """PATCH /api/connections/{connectionKey}."""

    clientConfiguration: NotNull[DatabricksClientPatch] = None
    auditConfiguration: NotNull[AuditOfWorkspacesPatch] = None


class _SnowflakeCredentialBox(Body):
    credential: SnowflakeCredential


class CompleteSnowflake(Body):
    """What a patch must hold that brings another type of credential."""

    clientConfiguration: _SnowflakeCredentialBox


class _DatabricksCredentialBox(Body):
    credential: DatabricksCredential


class CompleteDatabricks(Body):
    """What a patch must hold that brings another type of credential."""

    clientConfiguration: _DatabricksCredentialBox


class _ProxyBox(Body):
    proxy: Proxy


class CompleteProxy(Body):
    """What a patch must hold that brings a proxy where there was none."""

    clientConfiguration: _ProxyBox


class ListQuery(PageQuery):
    """GET /api/connections."""

    sort: Annotated[list[Annotated[str, StringConstraints(pattern=_SORT)]], REPEATED] = Field(
        default_factory=newest_first, min_length=1, max_length=3
    )


class PatchQuery(Query):
    """PATCH /api/connections/{connectionKey}."""

    dryRun: QueryBool = False
