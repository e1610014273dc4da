"""Connections as users import them: the generated construct with what comes natural to it, and one class per platform.

`Connection` takes the nested attributes of the API; `SnowflakeConnection` and `DatabricksConnection` take the usual
ones flat, and are the same resource.
"""

# ruff: noqa: A002  (the CDK calls the second argument of a construct `id`)
# ruff: noqa: PYI051  (editors offer the literals; a reference is any string)

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from immuta_constructs import connection
from immuta_constructs.data_immuta_connection import DataImmutaConnection
from immuta_constructs.data_object import DataObject
from immuta_constructs.data_object_sync import DataObjectSync
from immuta_constructs.errors import ValueProblem, at_caller
from immuta_constructs.nested import set_members
from immuta_constructs.tokens import is_reference

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from typing import Literal, Unpack

    from constructs import Construct

    from immuta_constructs.engine import cdk
    from immuta_constructs.meta import DataSourceMeta, ResourceMeta
    from immuta_constructs.secrets import SecretFromEnv

    Nested = Mapping[str, Any] | cdk.IResolvable
    Flag = bool | cdk.IResolvable
    Schedule = (
        Literal[
            "EVERY_HOUR",
            "EVERY_2_HOURS",
            "EVERY_4_HOURS",
            "EVERY_6_HOURS",
            "EVERY_8_HOURS",
            "EVERY_12_HOURS",
            "EVERY_18_HOURS",
            "EVERY_24_HOURS",
        ]
        | str
        | None
    )

__all__ = ["Connection", "DatabricksConnection", "SnowflakeConnection"]


class Connection(connection.Connection):
    """A connection: one registration of a data platform.

    The arguments are those of `immuta_constructs.connection.Connection`.
    """

    def data_object(
        self,
        *path: str,
        id: str | None = None,
        object_type: str | None = None,
        sync_policy: Flag | None = None,
        owners: Collection[Mapping[str, Any]] | cdk.IResolvable | None = None,
        tags: Collection[str] | None = None,
        on_destroy: Literal["inherit", "delete"] | None = None,
        deletion_protection: Flag | None = None,
        timeouts: Nested | None = None,
        extra_json: str | None = None,
        **meta: Unpack[ResourceMeta],
    ) -> DataObject:
        """A data object that Immuta has found through this connection, with settings of its own.

        Args:
            path: the names from the outermost container inwards: `"DB", "SCHEMA", "TABLE"`.
            id: the construct id, beside the connection's own; made of the connection's and the path when None.
            object_type: as of `DataObject`, and so are the other arguments.
            sync_policy: see `DataObject`.
            owners: see `DataObject`.
            tags: see `DataObject`.
            on_destroy: see `DataObject`.
            deletion_protection: see `DataObject`.
            timeouts: see `DataObject`.
            extra_json: see `DataObject`.
            meta: Terraform's meta arguments, see `immuta_constructs.meta.ResourceMeta`.

        Raises:
            ValueProblem: the path is empty, or no construct id can be made of it.
        """
        _check_path(path)
        return DataObject(
            self._scope,
            self._free_id(path) if id is None else id,
            connection_key=self,
            path=path,
            object_type=object_type,
            sync_policy=sync_policy,
            owners=owners,
            tags=tags,
            on_destroy=on_destroy,
            deletion_protection=deletion_protection,
            timeouts=timeouts,
            extra_json=extra_json,
            **meta,
        )

    def _free_id(self, path: Sequence[str]) -> str:
        found = _construct_id(self.node.id, path)
        if self._scope.node.try_find_child(found) is not None:
            raise ValueProblem(at_caller(f"id: give one; {found!r}, made of the path, is taken."))
        return found

    def sync(
        self,
        id: str,
        *path: str,
        object_type: str | None = None,
        sync_all_data_objects: Flag | None = None,
        triggers: Mapping[str, str] | None = None,
        wait: Flag | None = None,
        timeouts: Nested | None = None,
        **meta: Unpack[ResourceMeta],
    ) -> DataObjectSync:
        """Look for data objects below this connection now, and again when `triggers` change.

        Args:
            id: the construct id; it stands beside the connection's own, not below it.
            path: where to look, from the outermost container inwards; everywhere when there is none.
            object_type: as of `DataObjectSync`, and so are the other arguments.
            sync_all_data_objects: see `DataObjectSync`.
            triggers: see `DataObjectSync`.
            wait: see `DataObjectSync`.
            timeouts: see `DataObjectSync`.
            meta: Terraform's meta arguments, see `immuta_constructs.meta.ResourceMeta`.
        """
        return DataObjectSync(
            self._scope,
            id,
            connection_key=self,
            path=path or None,
            object_type=object_type,
            sync_all_data_objects=sync_all_data_objects,
            triggers=triggers,
            wait=wait,
            timeouts=timeouts,
            **meta,
        )

    @classmethod
    def from_key(
        cls, scope: Construct, id: str, connection_key: str, **meta: Unpack[DataSourceMeta]
    ) -> DataImmutaConnection:
        """A connection that exists already and is not managed here, read by a data source.

        Args:
            scope: the stack, or a construct inside of one.
            id: the construct id.
            connection_key: its key.
            meta: Terraform's meta arguments, see `immuta_constructs.meta.DataSourceMeta`.
        """
        return DataImmutaConnection(scope, id, connection_key=connection_key, **meta)


class SnowflakeConnection(Connection):
    """A connection to Snowflake.

    Args:
        scope: the stack, or a construct inside of one.
        id: letters, digits, `_` and `-`; part of the name in the state.
        connection_key: the key, chosen by you and unique in the tenant. Changing it replaces the object.
        host: the host, `org-account.snowflakecomputing.com`.
        account_id: the account identifier, `ORG-ACCOUNT`.
        warehouse: the warehouse that Immuta's queries run in.
        role: the privileged role of Immuta's account.
        immuta_system_database: the database that Immuta makes for itself. Changing it replaces the object.
        credential: how Immuta signs in, see `immuta_constructs.credentials`.
        owner_users: ids of the users who own its data objects; at least one user or group is needed.
        owner_groups: ids of the groups who own its data objects.
        port: the port. Default: 443.
        impersonation_role: the role by which people impersonate others; off when None, and never off again.
        workspaces: whether projects have workspaces in Snowflake; or the warehouses for them. Never off again.
        exclude_user_group_pattern: roles and users that no policy applies to: exact names.
        audit: whether queries are audited. Default: true.
        sync_policy: whether policies are applied to its data objects. Default: false.
        sync_enabled: whether data objects are looked for on a schedule. Default: true.
        sync_schedule: how often. Default: "EVERY_24_HOURS".
        sync_start_time: the hour of the day in UTC, 0 to 23. Default: 0.
        sync_all_data_objects: whether those are synced that have no policies, too. Default: true.
        active: whether it is active. Default: true.
        sync_on_create: whether data objects are looked for right after the creation. Default: true.
        activate_to_update: see `Connection`, and so are the following.
        deletion_protection: see `Connection`.
        timeouts: see `Connection`.
        extra_json: see `Connection`.
        meta: Terraform's meta arguments, see `immuta_constructs.meta.ResourceMeta`.

    Raises:
        ScopeError: the scope or the id would lose the object.
        ValueProblem: a value would be refused or lost.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        connection_key: str,
        host: str,
        account_id: str,
        warehouse: str,
        role: str,
        immuta_system_database: str,
        credential: connection.ConnectionSnowflakeCredential | Nested,
        owner_users: Sequence[str | int] = (),
        owner_groups: Sequence[str | int] = (),
        port: int | None = None,
        impersonation_role: str | None = None,
        workspaces: bool | Sequence[str] = False,
        exclude_user_group_pattern: Collection[str] | None = None,
        audit: Flag | None = None,
        sync_policy: Flag | None = None,
        sync_enabled: Flag | None = None,
        sync_schedule: Schedule = None,
        sync_start_time: int | None = None,
        sync_all_data_objects: Flag | None = None,
        active: Flag | None = None,
        sync_on_create: Flag | None = None,
        activate_to_update: Flag | None = None,
        deletion_protection: Flag | None = None,
        timeouts: connection.ConnectionLongTimeouts | Nested | None = None,
        extra_json: str | None = None,
        **meta: Unpack[ResourceMeta],
    ) -> None:
        policy = set_members(
            impersonation=set_members(impersonation_role=impersonation_role),
            workspaces=_workspaces(workspaces),
            exclude_user_group_pattern=exclude_user_group_pattern,
        )
        super().__init__(
            scope,
            id,
            connection_key=connection_key,
            snowflake={
                "client_configuration": {
                    "host": host,
                    "port": port,
                    "warehouse": warehouse,
                    "role": role,
                    "account_id": account_id,
                    "immuta_system_database": immuta_system_database,
                    "credential": credential,
                },
                "policy_configuration": policy,
                "audit_configuration": set_members(enabled=audit),
            },
            data_object_defaults=_defaults(sync_policy, owner_users, owner_groups),
            data_object_sync=_sync(sync_enabled, sync_schedule, sync_start_time, sync_all_data_objects),
            active=active,
            sync_on_create=sync_on_create,
            activate_to_update=activate_to_update,
            deletion_protection=deletion_protection,
            timeouts=timeouts,
            extra_json=extra_json,
            **meta,
        )


class DatabricksConnection(Connection):
    """A connection to Databricks.

    Args:
        scope: the stack, or a construct inside of one.
        id: letters, digits, `_` and `-`; part of the name in the state.
        connection_key: the key, chosen by you and unique in the tenant. Changing it replaces the object.
        host: the workspace's host, `example.cloud.databricks.com`.
        path: the HTTP path of the cluster or SQL warehouse.
        immuta_system_catalog: the catalog that Immuta makes for itself.
        credential: how Immuta signs in, see `immuta_constructs.credentials`.
        owner_users: ids of the users who own its data objects; at least one user or group is needed.
        owner_groups: ids of the groups who own its data objects.
        port: the port. Default: 443.
        proxy_host: a proxy before Databricks, a URI; the three following belong to it.
        proxy_port: the proxy's port.
        proxy_username: the user at the proxy.
        proxy_password: the password at the proxy, write-only.
        proxy_password_version: raise it to send a new one. Default: 1.
        exclude_group_pattern: the group that no policy applies to. Default: "immuta_exemption_group". Changing it
            replaces the object.
        audit: whether queries are audited. Default: true.
        audit_workspace_ids: the workspaces that are audited; all when None.
        sync_policy: whether policies are applied to its data objects. Default: false.
        sync_enabled: whether data objects are looked for on a schedule. Default: true.
        sync_schedule: how often. Default: "EVERY_24_HOURS".
        sync_start_time: the hour of the day in UTC, 0 to 23. Default: 0.
        sync_all_data_objects: whether those are synced that have no policies, too. Default: true.
        active: whether it is active. Default: true.
        sync_on_create: whether data objects are looked for right after the creation. Default: true.
        activate_to_update: see `Connection`, and so are the following.
        deletion_protection: see `Connection`.
        timeouts: see `Connection`.
        extra_json: see `Connection`.
        meta: Terraform's meta arguments, see `immuta_constructs.meta.ResourceMeta`.

    Raises:
        ScopeError: the scope or the id would lose the object.
        ValueProblem: a value would be refused or lost.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        connection_key: str,
        host: str,
        path: str,
        immuta_system_catalog: str,
        credential: connection.ConnectionDatabricksCredential | Nested,
        owner_users: Sequence[str | int] = (),
        owner_groups: Sequence[str | int] = (),
        port: int | None = None,
        proxy_host: str | None = None,
        proxy_port: int | None = None,
        proxy_username: str | None = None,
        proxy_password: str | SecretFromEnv | None = None,
        proxy_password_version: int = 1,
        exclude_group_pattern: str | None = None,
        audit: Flag | None = None,
        audit_workspace_ids: Collection[str] | None = None,
        sync_policy: Flag | None = None,
        sync_enabled: Flag | None = None,
        sync_schedule: Schedule = None,
        sync_start_time: int | None = None,
        sync_all_data_objects: Flag | None = None,
        active: Flag | None = None,
        sync_on_create: Flag | None = None,
        activate_to_update: Flag | None = None,
        deletion_protection: Flag | None = None,
        timeouts: connection.ConnectionLongTimeouts | Nested | None = None,
        extra_json: str | None = None,
        **meta: Unpack[ResourceMeta],
    ) -> None:
        super().__init__(
            scope,
            id,
            connection_key=connection_key,
            databricks={
                "client_configuration": {
                    "host": host,
                    "port": port,
                    "path": path,
                    "immuta_system_catalog": immuta_system_catalog,
                    "credential": credential,
                    "proxy": _proxy(proxy_host, proxy_port, proxy_username, proxy_password, proxy_password_version),
                },
                "policy_configuration": set_members(exclude_group_pattern=exclude_group_pattern),
                "audit_configuration": set_members(enabled=audit, workspace_ids=audit_workspace_ids),
            },
            data_object_defaults=_defaults(sync_policy, owner_users, owner_groups),
            data_object_sync=_sync(sync_enabled, sync_schedule, sync_start_time, sync_all_data_objects),
            active=active,
            sync_on_create=sync_on_create,
            activate_to_update=activate_to_update,
            deletion_protection=deletion_protection,
            timeouts=timeouts,
            extra_json=extra_json,
            **meta,
        )


def _workspaces(wanted: bool | Sequence[str]) -> dict[str, Any] | None:
    if wanted is False:
        return None
    return {} if wanted is True else {"warehouses": wanted}


def _defaults(sync_policy: Any, users: Sequence[str | int], groups: Sequence[str | int]) -> dict[str, Any]:
    owners = [{"id": each, "type": "USER"} for each in _ids("owner_users", users)]
    owners += [{"id": each, "type": "GROUP"} for each in _ids("owner_groups", groups)]
    if not owners:
        raise ValueProblem(at_caller("owner_users, owner_groups: a connection needs an owner, and neither names one."))
    return {"owners": owners, "sync_policy": sync_policy}


def _ids(name: str, given: Any) -> list[str]:
    if isinstance(given, (str, int)):
        raise ValueProblem(at_caller(f"{name}: needs a list, got {given!r}. Write [{given!r}]."))
    for each in given:
        whole = isinstance(each, int) and not isinstance(each, bool) and each >= 0
        if not whole and not (isinstance(each, str) and (each.isdecimal() or is_reference(each))):
            raise ValueProblem(at_caller(f"{name}: needs ids, which are whole numbers; got {each!r}."))
    return [str(each) for each in given]


def _sync(enabled: Any, schedule: str | None, start_time: int | None, all_objects: Any) -> dict[str, Any] | None:
    return set_members(enabled=enabled, schedule=schedule, start_time=start_time, sync_all_data_objects=all_objects)


def _proxy(
    host: str | None, port: int | None, username: str | None, password: str | SecretFromEnv | None, version: int
) -> dict[str, Any] | None:
    if host is None:
        if not (port is None and username is None and password is None):
            raise ValueProblem(at_caller("proxy_host: is missing, and the other arguments of a proxy are there."))
        return None
    login = {"username": username, "password_wo": password, "password_wo_version": version}
    return {"host": host, "port": port, "credential": login}


def _check_path(path: Sequence[Any]) -> None:
    wrong = next((step for step in path if not isinstance(step, str) or not step), None)
    if not path or wrong is not None:
        got = f"; got {wrong!r}" if path else ""
        raise ValueProblem(
            at_caller(f"path: names the data object, one text for each step from the outermost container inwards{got}.")
        )


def _construct_id(connection_id: str, path: Sequence[str]) -> str:
    if any(is_reference(step) for step in path):
        raise ValueProblem(at_caller("id: give one; none can be made of a path with references."))
    return re.sub(r"[^A-Za-z0-9_-]", "_", "-".join((connection_id, *path)))
