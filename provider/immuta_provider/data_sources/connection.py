"""The look-up of one connection by its key: how it is configured, without secrets, and how it is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from terraform_plugin import Context, DataSource, DiagnosticError, Model, Path, attribute
from terraform_plugin.validators import length

if TYPE_CHECKING:
    from immuta_provider.api import connections as api
    from immuta_provider.session import Session


class HealthError(Model):
    """One thing that is wrong."""

    code: str | None = attribute(computed=True, description="The code, such as `CONN005`.")
    message: str | None = attribute(computed=True, description="What is wrong.")
    details: str | None = attribute(computed=True, description="More about it, as JSON.")


class ComponentHealth(Model):
    """How one component is."""

    state: str | None = attribute(computed=True, description="`ACTIVE`, `UNHEALTHY` or one of the other states.")
    errors: list[HealthError] | None = attribute(computed=True, description="What is wrong with it.")


class Health(Model):
    """How the components are, as far as Immuta tells."""

    client_configuration: ComponentHealth | None = attribute(computed=True, description="The way to the platform.")
    policy_configuration: ComponentHealth | None = attribute(computed=True, description="What policies need.")
    audit_configuration: ComponentHealth | None = attribute(computed=True, description="The audit of queries.")


class ClientLookup(Model):
    """How the data platform is reached. What the technology does not have is null."""

    host: str | None = attribute(computed=True, description="The host, as Immuta shows it.")
    port: int | None = attribute(computed=True, description="The port.")
    authentication_type: str | None = attribute(
        computed=True, description="How Immuta signs in, such as `UsernamePassword` (within `credential` in the API)."
    )
    username: str | None = attribute(computed=True, description="The user that Immuta signs in as.")
    warehouse: str | None = attribute(computed=True, description="Snowflake: the warehouse that Immuta uses.")
    role: str | None = attribute(computed=True, description="Snowflake: the role that Immuta has.")
    account_id: str | None = attribute(computed=True, description="Snowflake: the account's identifier.")
    immuta_system_database: str | None = attribute(computed=True, description="Snowflake: Immuta's own database.")
    path: str | None = attribute(computed=True, description="Databricks: the HTTP path of the compute.")
    immuta_system_catalog: str | None = attribute(computed=True, description="Databricks: Immuta's own catalog.")
    metastore_id: str | None = attribute(computed=True, description="Databricks: the metastore.")
    proxy_host: str | None = attribute(computed=True, description="Databricks: the proxy in between.")
    proxy_port: int | None = attribute(computed=True, description="Databricks: the port of the proxy.")


class PolicyLookup(Model):
    """What policies need. What the technology does not have is null."""

    exclude_group_pattern: str | None = attribute(
        computed=True, description="Databricks: the group that data policies do not apply to."
    )
    exclude_user_group_pattern: set[str] | None = attribute(
        computed=True, description="Snowflake: roles and users that are left out."
    )
    impersonation_role: str | None = attribute(
        computed=True, description="Snowflake: the role for impersonation; null where that is off."
    )
    workspaces_enabled: bool | None = attribute(computed=True, description="Snowflake: whether there are workspaces.")
    workspace_warehouses: set[str] | None = attribute(
        computed=True, description="Snowflake: the warehouses of workspaces."
    )


class AuditLookup(Model):
    """What is audited."""

    enabled: bool | None = attribute(computed=True, description="Whether queries are audited.")
    workspace_ids: set[str] | None = attribute(
        computed=True, description="Databricks: the workspaces that are audited; empty for all of them."
    )


class OwnerLookup(Model):
    """A user or a group."""

    id: str | None = attribute(computed=True, description="The number of the user or group.")
    type: str | None = attribute(computed=True, description="`USER` or `GROUP`.")


class DefaultsLookup(Model):
    """What data objects have unless they say otherwise."""

    sync_policy: bool | None = attribute(computed=True, description="Whether policies are applied to them.")
    owners: list[OwnerLookup] | None = attribute(computed=True, description="Who owns them.")


class ScheduleLookup(Model):
    """When data objects are looked for."""

    enabled: bool | None = attribute(computed=True, description="Whether they are looked for on a schedule.")
    schedule: str | None = attribute(computed=True, description="How often, such as `EVERY_24_HOURS`.")
    start_time: int | None = attribute(computed=True, description="The hour of the day, in UTC.")
    sync_all_data_objects: bool | None = attribute(computed=True, description="Whether all of them are looked at.")


class ActiveTask(Model):
    """Work that has not ended."""

    task_id: str | None = attribute(computed=True, description="The UUID of the task.")
    type: str | None = attribute(computed=True, description="What is done, such as `DATA_OBJECT_SYNC`.")
    status: str | None = attribute(computed=True, description="`PENDING` or `RUNNING`.")
    trigger: str | None = attribute(computed=True, description="`MANUAL` or `SCHEDULED`.")
    created_by: str | None = attribute(computed=True, description="The number of the account that asked for it.")
    created_at: str | None = attribute(computed=True, description="When it was asked for.")


class ConnectionLookup(Model):
    """Reads a connection that exists, whoever made it: how it is configured, its state, its health, its work."""

    id: str | None = attribute(computed=True, description="The same as `connection_key`.")
    connection_key: str = attribute(
        required=True,
        validators=[length(1)],
        references=("immuta_connection", "connection_key"),
        description="The key of the connection.",
    )
    technology: str | None = attribute(computed=True, description="The data platform, such as `Snowflake`.")
    state: str | None = attribute(computed=True, description="`ACTIVE`, `INACTIVE`, `UNHEALTHY` or a state in between.")
    client_configuration: ClientLookup | None = attribute(computed=True, description="How the platform is reached.")
    policy_configuration: PolicyLookup | None = attribute(computed=True, description="What policies need.")
    audit_configuration: AuditLookup | None = attribute(computed=True, description="What is audited.")
    data_object_defaults: DefaultsLookup | None = attribute(
        computed=True, description="What data objects have unless they say otherwise."
    )
    data_object_sync: ScheduleLookup | None = attribute(computed=True, description="When data objects are looked for.")
    health: Health | None = attribute(computed=True, description="How its components are, as far as Immuta tells.")
    active_tasks: list[ActiveTask] | None = attribute(computed=True, description="Work that has not ended.")
    created_at: str | None = attribute(computed=True, description="When it was made.")
    created_by: str | None = attribute(computed=True, description="The number of the account that made it.")
    updated_at: str | None = attribute(computed=True, description="When it was changed last.")
    updated_by: str | None = attribute(computed=True, description="The number of the account that changed it.")


class ConnectionDataSource(DataSource[ConnectionLookup]):
    """The data source `immuta_connection`."""

    type_name = "immuta_connection"
    model = ConnectionLookup
    label_attributes = ("connection_key",)

    def read(self, ctx: Context[ConnectionLookup], config: ConnectionLookup) -> ConnectionLookup:
        """Find the connection. Raises DiagnosticError where there is none."""
        session: Session = ctx.provider
        found = session.connections.get(config.connection_key)
        if found is None:
            raise DiagnosticError(
                f'There is no connection "{config.connection_key}"',
                "Give the connection key. The data source `immuta_connections` lists those that there are.",
                Path("connection_key"),
            )
        tasks = [ActiveTask(**_members(ActiveTask, each)) for each in found.active_tasks]
        return ConnectionLookup(
            **_members(ConnectionLookup, found)
            | _configuration(found)
            | {"id": found.connection_key, "health": _health(session, found), "active_tasks": tasks}
        )


def _health(session: Session, found: api.Connection) -> Health:
    return Health(
        client_configuration=_component(session, found.client_configuration.health),
        policy_configuration=_component(session, found.policy_configuration.health),
        audit_configuration=_component(session, found.audit_configuration.health),
    )


def _component(session: Session, health: api.Health | None) -> ComponentHealth | None:
    if health is None:
        return None
    return ComponentHealth(state=health.state, errors=[_error(session, each) for each in health.errors])


def _error(session: Session, error: api.HealthError) -> HealthError:
    masked = session.client.masked
    details = None if error.details is None else masked(json.dumps(error.details, ensure_ascii=False))
    return HealthError(code=error.code, message=masked(error.message), details=details)


def _members(model: type[Model], found: object) -> dict[str, Any]:
    """What has the same name and form in the answer."""
    return {name: getattr(found, name, None) for name in model.block.attributes}


def _configuration(found: api.Connection) -> dict[str, Any]:
    defaults, audit = found.data_object_defaults, found.audit_configuration
    ordered = sorted(defaults.owners, key=lambda owner: (owner.type, owner.id))
    owners = [OwnerLookup(id=owner.id, type=owner.type) for owner in ordered]
    return {
        "client_configuration": _client(found.client_configuration),
        "policy_configuration": _policy(found.technology, found.policy_configuration),
        "audit_configuration": AuditLookup(enabled=audit.enabled, workspace_ids=frozenset(audit.workspace_ids)),
        "data_object_defaults": DefaultsLookup(sync_policy=defaults.sync_policy, owners=owners),
        "data_object_sync": ScheduleLookup(**_members(ScheduleLookup, found.data_object_sync)),
    }


def _client(client: api.ClientConfiguration) -> ClientLookup:
    username = client.username or client.credential.get("username")
    return ClientLookup(
        **_members(ClientLookup, client)
        | {
            "host": None if client.host is None else str(client.host),
            "authentication_type": client.credential.get("authenticationType"),
            "username": None if username is None else str(username),
            "proxy_host": client.proxy.host if client.proxy else None,
            "proxy_port": client.proxy.port if client.proxy else None,
        }
    )


def _policy(technology: str, policy: api.PolicyConfiguration) -> PolicyLookup:
    if technology != "Snowflake":
        return PolicyLookup(exclude_group_pattern=policy.exclude_group_pattern)
    return PolicyLookup(
        exclude_user_group_pattern=frozenset(policy.exclude_user_group_pattern),
        impersonation_role=policy.impersonation.impersonation_role,
        workspaces_enabled=policy.workspaces.enabled,
        workspace_warehouses=frozenset(policy.workspaces.warehouses),
    )
