"""What is sent to make a connection, and to change one: of a change exactly what differs.

A patch says `port` and `enabled` whenever it names the object around them, because the API may take its defaults for
what a patch leaves out. A credential in which anything differs is sent whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources import extra_json
from immuta_provider.resources.connections import databricks, defaults, snowflake
from immuta_provider.resources.connections.databricks import Databricks
from immuta_provider.resources.connections.forms import camel

if TYPE_CHECKING:
    from types import ModuleType

    from immuta_provider.resources.connection import Connection
    from immuta_provider.resources.connections.snowflake import Snowflake
    from terraform_plugin import Model

NEVER_PATCHED: Final = {"immuta_system_database", "metastore_id", "username"}


def platform(connection: Connection) -> Snowflake | Databricks:
    """The part of the platform, whichever it is."""
    part = connection.snowflake if connection.databricks is None else connection.databricks
    assert part is not None  # the model lets exactly one be set
    return part


def of(part: Snowflake | Databricks) -> ModuleType:
    """The module that knows the part."""
    return databricks if isinstance(part, Databricks) else snowflake


def create(plan: Connection, config: Connection) -> dict[str, Any]:
    """The body of a create."""
    part, given = platform(plan), platform(config)
    client = of(part).client_body(part, given)
    body = {
        "connectionKey": plan.connection_key,
        "technology": "Databricks" if isinstance(part, Databricks) else "Snowflake",
        "clientConfiguration": {name: value for name, value in client.items() if value is not None},
        "policyConfiguration": of(part).policy_body(part),
        "auditConfiguration": of(part).audit_body(part),
        "dataObjectDefaults": defaults.defaults_body(plan.data_object_defaults),
        "dataObjectSync": defaults.sync_body(plan.data_object_sync),
        "syncOnCreate": plan.sync_on_create,
    }
    return extra_json.merged(body, plan.extra_json)


def patch(prior: Connection, plan: Connection, config: Connection, *, resend: bool = False) -> dict[str, Any]:
    """The body of a patch, empty where nothing differs that the API knows of.

    Parameters: `resend`, also send the credentials, of which it is not known whether they are the configured ones.
    """
    before, after, given = platform(prior), platform(plan), platform(config)
    client, part = _differing(before.client_configuration, after.client_configuration), of(after)
    if resend:
        client |= {"credential", "proxy"} if getattr(after.client_configuration, "proxy", None) else {"credential"}
    policy = _differing(before.policy_configuration, after.policy_configuration)
    parts = {
        "clientConfiguration": _only(part.client_body(after, given), client) if client else {},
        "policyConfiguration": _only(part.policy_body(after), policy),
        "auditConfiguration": _only(
            part.audit_body(after), _differing(before.audit_configuration, after.audit_configuration)
        ),
        "dataObjectDefaults": _only(
            defaults.defaults_body(plan.data_object_defaults),
            _differing(prior.data_object_defaults, plan.data_object_defaults),
        ),
        "dataObjectSync": _only(
            defaults.sync_body(plan.data_object_sync), _differing(prior.data_object_sync, plan.data_object_sync)
        ),
    }
    differing = {name: value for name, value in parts.items() if value}
    if not differing and prior.extra_json == plan.extra_json:
        return {}
    return _with_what_has_defaults(extra_json.merged(differing, plan.extra_json), after)


def _differing(before: Model, after: Model) -> set[str]:
    return after.changed(before) - NEVER_PATCHED


def _only(body: dict[str, Any], names: set[str]) -> dict[str, Any]:
    wanted = {camel(name) for name in names}
    return {name: value for name, value in body.items() if name in wanted}


def _with_what_has_defaults(body: dict[str, Any], after: Snowflake | Databricks) -> dict[str, Any]:
    if "clientConfiguration" in body:
        body["clientConfiguration"].setdefault("port", after.client_configuration.port)
    if "auditConfiguration" in body:
        body["auditConfiguration"].setdefault("enabled", after.audit_configuration.enabled)
    return body
