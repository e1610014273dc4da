"""A connection to Snowflake: what is configured, what is sent, what is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_provider.resources import secrets
from immuta_provider.resources.connections import credentials, forms
from immuta_provider.resources.connections.credentials import SnowflakeCredential
from immuta_provider.resources.connections.forms import all_some_text, port_number, some_text
from terraform_plugin import Model, attribute

if TYPE_CHECKING:
    from collections.abc import Iterable

    from immuta_provider.api import connections as api


class SnowflakeClientConfiguration(Model):
    """How Immuta reaches Snowflake."""

    host: str = attribute(
        required=True,
        validators=[some_text, secrets.not_redacted],
        same=forms.same_host,
        description="The host; scheme, trailing slash and case mean nothing.",
    )
    port: int = attribute(default=forms.USUAL_PORT, validators=[port_number], description="The port.")
    warehouse: str = attribute(
        required=True, validators=[some_text], description="The warehouse that Immuta's queries run in."
    )
    role: str = attribute(required=True, validators=[some_text], description="The privileged role of Immuta's account.")
    account_id: str = attribute(
        required=True, validators=[some_text], description="The account identifier, such as `ORG-ACCOUNT`."
    )
    immuta_system_database: str = attribute(
        required=True,
        requires_replace=True,
        validators=[forms.system_name],
        same=forms.same_upper_case,
        description="The database that Immuta makes for itself. Snowflake upper-cases it. Another one is another "
        "connection.",
    )
    credential: SnowflakeCredential = attribute(required=True, description="How Immuta signs in.")


class Impersonation(Model):
    """Impersonation is on."""

    impersonation_role: str = attribute(
        required=True, validators=[some_text], description="The role by which people impersonate others."
    )


class Workspaces(Model):
    """Workspaces are on."""

    warehouses: set[str] = attribute(
        default=frozenset(),
        validators=[all_some_text],
        description="The warehouses that may be used in them.",
    )


class SnowflakePolicyConfiguration(Model):
    """What policies on Snowflake need."""

    impersonation: Impersonation | None = attribute(
        description="Let people impersonate others. Left unset it is off; once on, it cannot be turned off again."
    )
    workspaces: Workspaces | None = attribute(
        description="Let projects have workspaces in Snowflake, which excludes table grants. Left unset they are off; "
        "once on, they cannot be turned off again."
    )
    exclude_user_group_pattern: set[str] = attribute(
        default=frozenset(),
        validators=[all_some_text],
        description="Roles and users that no policy applies to: exact names, upper and lower case matter.",
    )


class SnowflakeAuditConfiguration(Model):
    """What is audited."""

    enabled: bool = attribute(default=True, description="Whether queries are audited.")


class Snowflake(Model):
    """A connection to Snowflake."""

    client_configuration: SnowflakeClientConfiguration = attribute(
        required=True, description="How Immuta reaches Snowflake."
    )
    policy_configuration: SnowflakePolicyConfiguration = attribute(
        default=SnowflakePolicyConfiguration(exclude_user_group_pattern=frozenset()),
        description="What policies need.",
    )
    audit_configuration: SnowflakeAuditConfiguration = attribute(
        default=SnowflakeAuditConfiguration(enabled=True), description="What is audited."
    )


def client_body(planned: Snowflake, config: Snowflake) -> dict[str, Any]:
    """The client configuration as a create has it."""
    client = planned.client_configuration
    return {
        "host": client.host,
        "port": client.port,
        "warehouse": client.warehouse,
        "role": client.role,
        "accountId": client.account_id,
        "immutaSystemDatabase": client.immuta_system_database,
        "credential": credentials.body(
            client.credential, config.client_configuration.credential, credentials.SNOWFLAKE
        ),
    }


def policy_body(planned: Snowflake) -> dict[str, Any]:
    """The policy configuration; unions are whole."""
    policy = planned.policy_configuration
    role = {"impersonationRole": policy.impersonation.impersonation_role} if policy.impersonation else {}
    warehouses = policy.workspaces.warehouses if policy.workspaces else None
    return {
        "impersonation": {"enabled": policy.impersonation is not None, **role},
        "workspaces": {
            "enabled": policy.workspaces is not None,
            **({"warehouses": sorted(warehouses)} if warehouses else {}),
        },
        "excludeUserGroupPattern": sorted(policy.exclude_user_group_pattern),
    }


def audit_body(planned: Snowflake) -> dict[str, Any]:
    """The audit configuration."""
    return {"enabled": planned.audit_configuration.enabled}


def cannot_change(prior: Snowflake, planned: Snowflake) -> Iterable[tuple[str, str]]:
    """What was planned and cannot be done in place: attributes, and why."""
    before, after = prior.policy_configuration, planned.policy_configuration
    for name in ("impersonation", "workspaces"):
        if getattr(before, name) is not None and getattr(after, name) is None:
            yield f"snowflake.policy_configuration.{name}", "once it is on, Immuta does not turn it off again"
    yield from credentials.cannot_change(
        "snowflake", prior.client_configuration.credential, planned.client_configuration.credential
    )


def state(known: Snowflake | None, found: api.Connection) -> Snowflake:
    """The connection as the API has it; what is redacted comes from `known`."""
    return Snowflake(
        client_configuration=_client(known.client_configuration if known else None, found.client_configuration),
        policy_configuration=_policy(found.policy_configuration),
        audit_configuration=SnowflakeAuditConfiguration(enabled=found.audit_configuration.enabled),
    )


def _client(known: SnowflakeClientConfiguration | None, found: api.ClientConfiguration) -> SnowflakeClientConfiguration:
    return SnowflakeClientConfiguration(
        host=forms.readable(found.host, known.host if known else None),
        port=forms.port(found.port, known),
        warehouse=found.warehouse,
        role=found.role,
        account_id=found.account_id,
        immuta_system_database=found.immuta_system_database,
        credential=credentials.state(
            SnowflakeCredential, known.credential if known else None, found.credential, credentials.SNOWFLAKE
        ),
    )


def _policy(found: api.PolicyConfiguration) -> SnowflakePolicyConfiguration:
    impersonation, workspaces = found.impersonation, found.workspaces
    return SnowflakePolicyConfiguration(
        impersonation=Impersonation(impersonation_role=impersonation.impersonation_role)
        if impersonation.enabled
        else None,
        workspaces=Workspaces(warehouses=frozenset(workspaces.warehouses)) if workspaces.enabled else None,
        exclude_user_group_pattern=frozenset(found.exclude_user_group_pattern),
    )
