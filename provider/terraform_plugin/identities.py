"""Resource identity: how Terraform 1.12 and later know an object apart from its state, and import it without an id.

An identity consists of attributes of the resource that never change in place. Older versions of Terraform neither ask
for it nor read it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from terraform_plugin import codec, types
from terraform_plugin.messages import tfplugin6
from terraform_plugin.values import wholly_known

if TYPE_CHECKING:
    from terraform_plugin.resource import Resource


def schema(resource: Resource[Any]) -> Any:
    """The identity's schema as protocol message."""
    message = tfplugin6["ResourceIdentitySchema"](version=0)
    for name in resource.identity:
        member = resource.model.block[name]
        message.identity_attributes.add(
            name=name, type=member.kind.to_bytes(), required_for_import=True, description=member.description
        )
    return message


def message(resource: Resource[Any], values: dict[str, Any]) -> Any:
    """The identity in `values` as protocol message."""
    identity = {name: values.get(name) for name in resource.identity}
    data = tfplugin6["DynamicValue"](msgpack=codec.encode(identity, _kind(resource)))
    return tfplugin6["ResourceIdentityData"](identity_data=data)


def attach(resource: Resource[Any], values: dict[str, Any] | None, target: Any) -> None:
    """Put the identity into an answer, where the resource has one and it is known."""
    if not resource.identity or values is None:
        return
    identity = [values.get(name) for name in resource.identity]
    if all(value is not None and wholly_known(value) for value in identity):
        target.CopyFrom(message(resource, values))


def read(resource: Resource[Any], data: Any) -> dict[str, Any] | None:
    """The identity that a request names, None where it names none."""
    if not resource.identity or not data.identity_data.msgpack:
        return None
    identity: dict[str, Any] | None = codec.decode(data.identity_data.msgpack, _kind(resource))
    return identity


def _kind(resource: Resource[Any]) -> types.Object:
    return types.Object({name: resource.model.block[name].kind for name in resource.identity})
