"""How the components of a connection are: as attributes, and as a text for people.

What the server writes freely about an error may quote a secret, a write-only one too, which nobody knows to mask when
the connection is read later. So the state of the resource gets the codes alone; the words are for messages, and for the
data source.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from terraform_plugin import Model, attribute

if TYPE_CHECKING:
    from immuta_provider.api import connections as api
    from immuta_provider.session import Session

CURE: Final = (
    "Correct what the errors name: in the configuration, or on the platform (grants, network, an expired credential). "
    "Immuta looks again when the connection is changed or validated in its UI."
)


class ComponentHealth(Model):
    """How one component is."""

    state: str | None = attribute(computed=True, description="`ACTIVE`, `UNHEALTHY` or one of the other states.")
    errors: list[str] | None = attribute(
        computed=True,
        description="The codes of what is wrong with it, such as `CONN005`. The words stand in the warning of a "
        "refresh and in the data source.",
    )


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
    return ComponentHealth(state=health.state, errors=[session.client.masked(each.code) for each in health.errors])


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
