"""Integrations as users import them: one class per platform on top of the generated `Integration`.

`Integration` takes the nested attributes of the API; these take the usual ones flat, and are the same resource.
"""

# ruff: noqa: A002  (the CDK calls the second argument of a construct `id`)

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_constructs import integration
from immuta_constructs.errors import ValueProblem, at_caller
from immuta_constructs.integration_rules import (
    check_bootstrap,
    check_destroy_credentials,
    check_port,
    check_text,
    login,
)
from immuta_constructs.meta import ResourceMeta
from immuta_constructs.nested import set_members
from immuta_constructs.secrets import given

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Unpack

    from constructs import Construct

    from immuta_constructs.authentication import Authentication
    from immuta_constructs.engine import cdk
    from immuta_constructs.secrets import Sensitive

    Nested = Mapping[str, Any] | cdk.IResolvable
    Flag = bool | cdk.IResolvable

__all__ = [
    "BigQueryIntegration",
    "DatabricksIntegration",
    "IntegrationMeta",
    "RedshiftIntegration",
    "S3Integration",
    "SnowflakeIntegration",
    "SynapseIntegration",
    "TrinoIntegration",
]


class IntegrationMeta(ResourceMeta, total=False):
    """What every integration takes beside its platform: see `Integration`."""

    destroy_credentials: integration.IntegrationDestroyCredentials | Nested | None
    force_disable: Flag | None
    deletion_protection: Flag | None
    timeouts: integration.IntegrationLongTimeouts | Nested | None
    extra_json: str | None


class SnowflakeIntegration(integration.Integration):
    """An integration with Snowflake.

    Args:
        scope: the stack, or a construct inside of one.
        id: letters, digits, `_` and `-`; part of the name in the state.
        auto_bootstrap: whether Immuta sets the platform up with these credentials, or you have run the scripts.
        host: the host, `account.snowflakecomputing.com`.
        warehouse: the warehouse of Immuta's user.
        database: Immuta's own database.
        authentication: how Immuta signs in, see `immuta_constructs.authentication`.
        role: the privileged role that sets the platform up.
        port: the port. Default: 443.
        audit: whether queries are audited. Default: false.
        impersonation: whether people may impersonate others; or the role for it.
        workspaces: whether projects have workspaces; or the warehouses for them.
        excluded_roles: users and roles that no policy applies to (API name: `userRolePattern.exclude`).
        lineage: whether lineage is read; or how (`{"table_filter": ...}`).
        connect_args: the driver's arguments, write-only: they may hold the passphrase of the key.
        connect_args_version: raise it to send them again. Default: 1.
        privileged_connect_args: the same for the privileged user, when Immuta sets the platform up.
        privileged_connect_args_version: raise it to send them again. Default: 1.
        meta: see `IntegrationMeta`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        auto_bootstrap: bool,
        host: str,
        warehouse: str,
        database: str,
        authentication: Authentication,
        role: str | None = None,
        port: int | None = None,
        audit: Flag | None = None,
        impersonation: bool | str = False,
        workspaces: bool | Sequence[str] = False,
        excluded_roles: Sequence[str] | None = None,
        lineage: bool | Mapping[str, Any] = False,
        connect_args: Sensitive | None = None,
        connect_args_version: int = 1,
        privileged_connect_args: Sensitive | None = None,
        privileged_connect_args_version: int = 1,
        **meta: Unpack[IntegrationMeta],
    ) -> None:
        way = login(authentication, "user_password", "key_pair", "oauth_client_credentials")
        check_text(host=host)
        check_port(port=port)
        check_bootstrap(
            auto_bootstrap,
            needs={"role": role} if "user_password" in way else {},
            excludes={"privileged_connect_args": privileged_connect_args},
        )
        if auto_bootstrap is True and "oauth_client_credentials" in way:
            raise ValueProblem(at_caller("authentication: an OAuth client works only where auto_bootstrap is False."))
        check_destroy_credentials(meta, auto_bootstrap, way)
        platform = {
            "host": host,
            "port": port,
            "warehouse": warehouse,
            "database": database,
            "role": role,
            "audit": set_members(enabled=audit),
            "impersonation": _switch(impersonation, "role"),
            "workspaces": _switch(workspaces, "warehouses"),
            "user_role_pattern": set_members(exclude=excluded_roles),
            "lineage": _switch({} if lineage is True else lineage, "lineage_config"),
            **_secret("connect_args", connect_args, connect_args_version),
            **_secret("privileged_connect_args", privileged_connect_args, privileged_connect_args_version),
            **way,
        }
        super().__init__(scope, id, auto_bootstrap=auto_bootstrap, snowflake=platform, **meta)


class DatabricksIntegration(integration.Integration):
    """An integration with Databricks Unity Catalog.

    Args:
        scope: the stack, or a construct inside of one.
        id: letters, digits, `_` and `-`; part of the name in the state.
        auto_bootstrap: whether Immuta sets the platform up with these credentials, or you have run the scripts.
        workspace_url: the workspace, without scheme.
        http_path: the HTTP path of the cluster or SQL warehouse.
        authentication: how Immuta signs in, see `immuta_constructs.authentication`.
        port: the port. Default: 443.
        catalog: Immuta's own catalog. Default: "immuta".
        audit: whether queries are audited. Default: false.
        excluded_group: the group that no policy applies to (API name: `groupPattern.deny`).
        proxy_host: a proxy before Databricks; the following belong to it.
        proxy_port: the proxy's port. Default: 443.
        proxy_username: the user at the proxy.
        proxy_password: the password at the proxy, write-only.
        proxy_password_version: raise it to send a new one. Default: 1.
        meta: see `IntegrationMeta`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        auto_bootstrap: bool,
        workspace_url: str,
        http_path: str,
        authentication: Authentication,
        port: int | None = None,
        catalog: str | None = None,
        audit: Flag | None = None,
        excluded_group: str | None = None,
        proxy_host: str | None = None,
        proxy_port: int | None = None,
        proxy_username: str | None = None,
        proxy_password: Sensitive | None = None,
        proxy_password_version: int = 1,
        **meta: Unpack[IntegrationMeta],
    ) -> None:
        way = login(authentication, "token", "oauth_m2m")
        check_text(workspace_url=workspace_url, catalog=catalog, proxy_host=proxy_host)
        check_port(port=port, proxy_port=proxy_port)
        check_destroy_credentials(meta, auto_bootstrap, None)
        password = _secret("password", proxy_password, proxy_password_version)
        proxy = set_members(host=proxy_host, port=proxy_port, username=proxy_username, **password)
        if proxy and proxy_host is None:
            raise ValueProblem(at_caller("proxy_host: is missing, and the other arguments of a proxy are there."))
        platform = {
            "workspace_url": workspace_url,
            "http_path": http_path,
            "port": port,
            "catalog": catalog,
            "audit": set_members(enabled=audit),
            "group_pattern": set_members(deny=excluded_group),
            "proxy_options": proxy,
            **way,
        }
        super().__init__(scope, id, auto_bootstrap=auto_bootstrap, databricks=platform, **meta)


class RedshiftIntegration(integration.Integration):
    """An integration with Redshift.

    Args:
        scope: the stack, or a construct inside of one.
        id: letters, digits, `_` and `-`; part of the name in the state.
        auto_bootstrap: whether Immuta sets the platform up with these credentials, or you have run the scripts.
        host: the host.
        database: Immuta's own database.
        authentication: how Immuta signs in, see `immuta_constructs.authentication`.
        initial_database: an existing database to connect to first; needed when Immuta sets the platform up.
        port: the port. Default: 5439.
        impersonation: whether people may impersonate others; or the role for it.
        connect_args: ODBC arguments, write-only.
        connect_args_version: raise it to send them again. Default: 1.
        meta: see `IntegrationMeta`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        auto_bootstrap: bool,
        host: str,
        database: str,
        authentication: Authentication,
        initial_database: str | None = None,
        port: int | None = None,
        impersonation: bool | str = False,
        connect_args: Sensitive | None = None,
        connect_args_version: int = 1,
        **meta: Unpack[IntegrationMeta],
    ) -> None:
        way = login(authentication, "user_password", "access_key", "okta")
        check_text(host=host)
        check_port(port=port)
        check_bootstrap(auto_bootstrap, needs={"initial_database": initial_database}, excludes={})
        check_destroy_credentials(meta, auto_bootstrap, way)
        platform = {
            "host": host,
            "port": port,
            "database": database,
            "initial_database": initial_database,
            "impersonation": _switch(impersonation, "role"),
            **_secret("connect_args", connect_args, connect_args_version),
            **way,
        }
        super().__init__(scope, id, auto_bootstrap=auto_bootstrap, redshift=platform, **meta)


class SynapseIntegration(integration.Integration):
    """An integration with Azure Synapse Analytics.

    Args:
        scope: the stack, or a construct inside of one.
        id: letters, digits, `_` and `-`; part of the name in the state.
        auto_bootstrap: whether Immuta sets the platform up with these credentials, or you have run the scripts.
        host: the host.
        database: the database that holds Immuta's schemas and views.
        schema: Immuta's own schema.
        authentication: how Immuta signs in: `authentication.user_password(...)`.
        port: the port. Default: 1433.
        impersonation: whether people may impersonate others; or the role for it.
        metadata_delimiters: `{"hash_delimiter": ..., "hash_key_delimiter": ..., "array_delimiter": ...}`.
        connect_args: ODBC arguments, write-only.
        connect_args_version: raise it to send them again. Default: 1.
        meta: see `IntegrationMeta`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        auto_bootstrap: bool,
        host: str,
        database: str,
        schema: str,
        authentication: Authentication,
        port: int | None = None,
        impersonation: bool | str = False,
        metadata_delimiters: integration.IntegrationMetadataDelimiters | Nested | None = None,
        connect_args: Sensitive | None = None,
        connect_args_version: int = 1,
        **meta: Unpack[IntegrationMeta],
    ) -> None:
        way = login(authentication, "user_password")
        check_text(host=host)
        check_port(port=port)
        check_destroy_credentials(meta, auto_bootstrap, way)
        platform = {
            "host": host,
            "port": port,
            "database": database,
            "schema": schema,
            "impersonation": _switch(impersonation, "role"),
            "metadata_delimiters": metadata_delimiters,
            **_secret("connect_args", connect_args, connect_args_version),
            **way,
        }
        super().__init__(scope, id, auto_bootstrap=auto_bootstrap, azure_synapse_analytics=platform, **meta)


class BigQueryIntegration(integration.Integration):
    """An integration with Google BigQuery, which is always set up by yourself.

    Args:
        scope: the stack, or a construct inside of one.
        id: letters, digits, `_` and `-`; part of the name in the state.
        role: the Google Cloud role that connects.
        location: where the dataset lies, `us-east1`.
        dataset_suffix: the suffix of secured datasets, `_secure`.
        credential: the JSON key file of the service account, write-only.
        credential_version: raise it to send a new one. Default: 1.
        dataset: Immuta's own dataset. Default: "immuta".
        port: the port. Default: 443.
        meta: see `IntegrationMeta`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        role: str,
        location: str,
        dataset_suffix: str,
        credential: Sensitive,
        credential_version: int = 1,
        dataset: str | None = None,
        port: int | None = None,
        **meta: Unpack[IntegrationMeta],
    ) -> None:
        check_text(dataset_suffix=dataset_suffix)
        check_port(port=port)
        check_destroy_credentials(meta, False, None)
        platform = {
            "role": role,
            "location": location,
            "dataset_suffix": dataset_suffix,
            "dataset": dataset,
            "port": port,
            **given("credential", credential, version=credential_version),
        }
        super().__init__(scope, id, auto_bootstrap=False, google_bigquery=platform, **meta)


class S3Integration(integration.Integration):
    """An integration with S3 through Access Grants, which is always set up by yourself.

    Args:
        scope: the stack, or a construct inside of one.
        id: letters, digits, `_` and `-`; part of the name in the state.
        name: a name that no other S3 integration has.
        aws_account_id: the account.
        aws_region: the region, `us-east-1`.
        aws_location_role: the ARN of the role of the Access Grants location.
        aws_location_path: the base prefix, `s3://...`.
        authentication: `authentication.auto()` or `authentication.aws_access_key(...)`.
        aws_role_to_assume: the ARN of a role to assume.
        port: the port. Default: 443.
        meta: see `IntegrationMeta`.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        name: str,
        aws_account_id: str,
        aws_region: str,
        aws_location_role: str,
        aws_location_path: str,
        authentication: Authentication,
        aws_role_to_assume: str | None = None,
        port: int | None = None,
        **meta: Unpack[IntegrationMeta],
    ) -> None:
        way = login(authentication, "auto", "access_key")
        check_text(aws_location_path=aws_location_path)
        check_port(port=port)
        check_destroy_credentials(meta, False, None)
        platform = {
            "name": name,
            "aws_account_id": aws_account_id,
            "aws_region": aws_region,
            "aws_location_role": aws_location_role,
            "aws_location_path": aws_location_path,
            "aws_role_to_assume": aws_role_to_assume,
            "port": port,
            **way,
        }
        super().__init__(scope, id, auto_bootstrap=False, native_s3=platform, **meta)


class TrinoIntegration(integration.Integration):
    """An integration with a Trino or Starburst cluster; the key for it is `trino.api_key`.

    Args:
        scope: the stack, or a construct inside of one.
        id: letters, digits, `_` and `-`; part of the name in the state.
        meta: see `IntegrationMeta`.
    """

    def __init__(self, scope: Construct, id: str, **meta: Unpack[IntegrationMeta]) -> None:
        check_destroy_credentials(meta, None, None)
        super().__init__(scope, id, trino={}, **meta)


def _switch(wanted: Any, detail: str) -> dict[str, Any] | None:
    """What is off, on, or on with a detail."""
    if wanted is False:
        return None
    return {"enabled": True} if wanted is True else {"enabled": True, detail: wanted}


def _secret(name: str, value: Sensitive | None, version: int) -> dict[str, Any]:
    return {} if value is None else given(name, value, version=version)
