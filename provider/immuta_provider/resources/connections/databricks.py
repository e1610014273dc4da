"""A connection to Databricks: what is configured, what is sent, what is read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources import secrets
from immuta_provider.resources.connections import credentials, forms
from immuta_provider.resources.connections.credentials import DatabricksCredential, UsernamePassword
from immuta_provider.resources.connections.forms import all_some_text, port_number, some_text
from terraform_plugin import UNKNOWN, Model, attribute, is_unknown
from terraform_plugin.validators import length

if TYPE_CHECKING:
    from collections.abc import Iterable

    from immuta_provider.api import connections as api

EXEMPT: Final = "immuta_exemption_group"


class Proxy(Model):
    """The proxy between Immuta and Databricks."""

    host: str = attribute(required=True, validators=[forms.uri], description="Its address, with the scheme.")
    port: int = attribute(required=True, validators=[port_number], description="Its port.")
    credential: UsernamePassword = attribute(required=True, description="How Immuta signs in to it.")


class DatabricksClientConfiguration(Model):
    """How Immuta reaches Databricks."""

    host: str = attribute(
        required=True,
        validators=[some_text, secrets.not_redacted],
        same=forms.same_host,
        description="The workspace's host; scheme, trailing slash and case mean nothing.",
    )
    port: int = attribute(default=forms.USUAL_PORT, validators=[port_number], description="The port.")
    path: str = attribute(
        required=True, validators=[some_text], description="The HTTP path of the cluster or the SQL warehouse."
    )
    immuta_system_catalog: str = attribute(
        required=True, validators=[forms.system_name], description="The catalog that Immuta makes for itself."
    )
    credential: DatabricksCredential = attribute(required=True, description="How Immuta signs in.")
    proxy: Proxy | None = attribute(description="A proxy to go through.")
    metastore_id: str | None = attribute(
        computed=True, keep_state=True, description="The metastore that the workspace belongs to."
    )
    username: str | None = attribute(
        computed=True, keep_state=True, description="The name of the user or service principal that Immuta acts as."
    )


class DatabricksPolicyConfiguration(Model):
    """What policies on Databricks need."""

    exclude_group_pattern: str = attribute(
        default=EXEMPT,
        requires_replace=True,
        validators=[some_text],
        description="The group that no data policy applies to. Another one is another connection.",
    )


class DatabricksAuditConfiguration(Model):
    """What is audited."""

    enabled: bool = attribute(default=True, description="Whether queries are audited.")
    workspace_ids: set[str] | None = attribute(
        validators=[length(1), all_some_text],
        description="The workspaces that are audited; left unset, all of them. Once set it cannot be unset: Immuta "
        "has no word for it.",
    )


class Databricks(Model):
    """A connection to Databricks."""

    client_configuration: DatabricksClientConfiguration = attribute(
        required=True, description="How Immuta reaches Databricks."
    )
    policy_configuration: DatabricksPolicyConfiguration = attribute(
        default=DatabricksPolicyConfiguration(exclude_group_pattern=EXEMPT), description="What policies need."
    )
    audit_configuration: DatabricksAuditConfiguration = attribute(
        default=DatabricksAuditConfiguration(enabled=True), description="What is audited."
    )


def client_body(planned: Databricks, config: Databricks) -> dict[str, Any]:
    """The client configuration as a create has it; `proxy` is None where there is none."""
    client, given = planned.client_configuration, config.client_configuration
    return {
        "host": client.host,
        "port": client.port,
        "path": client.path,
        "immutaSystemCatalog": client.immuta_system_catalog,
        "credential": credentials.body(client.credential, given.credential, credentials.DATABRICKS),
        "proxy": _proxy_body(client.proxy, given.proxy) if client.proxy and given.proxy else None,
    }


def _proxy_body(planned: Proxy, config: Proxy) -> dict[str, Any]:
    login = forms.body(planned.credential, config.credential)
    return {
        "host": planned.host,
        "port": planned.port,
        "credential": {"authenticationType": "UsernamePassword", **login},
    }


def policy_body(planned: Databricks) -> dict[str, Any]:
    """The policy configuration, which cannot be patched."""
    return {"excludeGroupPattern": planned.policy_configuration.exclude_group_pattern}


def audit_body(planned: Databricks) -> dict[str, Any]:
    """The audit configuration."""
    audit = planned.audit_configuration
    return {
        "enabled": audit.enabled,
        **({"workspaceIds": sorted(audit.workspace_ids)} if audit.workspace_ids else {}),
    }


def cannot_change(prior: Databricks, planned: Databricks) -> Iterable[tuple[str, str]]:
    """What was planned and cannot be done in place: attributes, and why."""
    if prior.audit_configuration.workspace_ids and planned.audit_configuration.workspace_ids is None:
        where = "databricks.audit_configuration.workspace_ids"
        yield where, "once workspaces are named, Immuta has no word for auditing all of them again"
    yield from credentials.cannot_change(
        "databricks", prior.client_configuration.credential, planned.client_configuration.credential
    )


def with_open_ends(prior: Databricks | None, planned: Databricks) -> Databricks:
    """The plan, in which another way to Databricks leaves open whom and what Immuta finds there."""
    client = planned.client_configuration
    if prior is None or is_unknown(client) or client == prior.client_configuration:
        return planned
    return planned.replace(client_configuration=client.replace(metastore_id=UNKNOWN, username=UNKNOWN))


def state(known: Databricks | None, found: api.Connection) -> Databricks:
    """The connection as the API has it; what is redacted comes from `known`."""
    audit = found.audit_configuration
    exempt = found.policy_configuration.exclude_group_pattern
    return Databricks(
        client_configuration=_client(known.client_configuration if known else None, found.client_configuration),
        policy_configuration=DatabricksPolicyConfiguration(exclude_group_pattern=EXEMPT if exempt is None else exempt),
        audit_configuration=DatabricksAuditConfiguration(
            enabled=audit.enabled, workspace_ids=frozenset(audit.workspace_ids) or None
        ),
    )


def _client(
    known: DatabricksClientConfiguration | None, found: api.ClientConfiguration
) -> DatabricksClientConfiguration:
    return DatabricksClientConfiguration(
        host=forms.readable(found.host, known.host if known else None),
        port=forms.port(found.port, known),
        path=found.path,
        immuta_system_catalog=found.immuta_system_catalog,
        credential=credentials.state(
            DatabricksCredential, known.credential if known else None, found.credential, credentials.DATABRICKS
        ),
        proxy=_proxy(known.proxy if known else None, found.proxy) if found.proxy else None,
        metastore_id=found.metastore_id,
        username=found.username,
    )


def _proxy(known: Proxy | None, found: api.Proxy) -> Proxy:
    login = forms.state(UsernamePassword, known.credential if known else None, found.credential)
    return Proxy(host=found.host, port=found.port, credential=login)
