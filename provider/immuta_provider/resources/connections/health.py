"""How the components of a connection are: as attributes, and as a text for people."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from terraform_plugin import Model, attribute

if TYPE_CHECKING:
    from immuta_provider.api import connections as api
    from immuta_provider.session import Session

CURE: Final = (
    "Correct what the errors name: in the configuration, or on the platform (grants, network, an expired credential). "
    "Immuta looks again when the connection is changed (another `..._wo_version` is enough) or validated in its UI."
)


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


def state(session: Session, found: api.Connection) -> Health:
    """The health as attributes."""
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
    details: Any = None if error.details is None else masked(json.dumps(error.details, ensure_ascii=False))
    return HealthError(code=error.code, message=masked(error.message), details=details)


def told(session: Session, found: api.Connection) -> str:
    """What is wrong, one line for each error, secrets masked."""
    lines = [
        f"{name} is {component.health.state}{_because(component.health)}"
        for name, component in found.components.items()
        if component.health and (component.health.errors or component.health.state not in ("ACTIVE", "INACTIVE"))
    ]
    return session.client.masked("\n".join(lines)) or "Immuta gives no reason."


def _because(health: api.Health) -> str:
    return "".join(f"\n  {error}" for error in health.errors)
