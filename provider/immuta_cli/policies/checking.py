"""Whether the provider takes what was read: its own rules are asked before anybody writes code that it refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from immuta_cli.policies.payload import Policy
from immuta_provider.resources.data_policy import DataPolicyResource
from immuta_provider.resources.policies.resource import PolicyResource
from immuta_provider.resources.subscription_policy import SubscriptionPolicyResource
from terraform_plugin import Context, Path
from terraform_plugin.codec import CodecError, from_json
from terraform_plugin.context import Stop
from terraform_plugin.model import Model, to_model
from terraform_plugin.plan import with_defaults
from terraform_plugin.validators import nulls, problems

RESOURCES: Final[dict[str, PolicyResource[Any]]] = {
    "data": DataPolicyResource(),
    "subscription": SubscriptionPolicyResource(),
}


def model(policy: Policy) -> Model:
    """The policy as the provider's handlers receive it. Raises CodecError."""
    kind: type[Model] = RESOURCES[policy.type].model
    values = from_json(_exact(policy.attributes), kind.block.kind)
    return to_model(kind, with_defaults(kind.block, values))


def refusals(policy: Policy) -> list[str]:
    """What the provider would say against the policy."""
    resource = RESOURCES[policy.type]
    block = resource.model.block
    try:
        values = from_json(_exact(policy.attributes), block.kind)
    except CodecError as error:
        return [str(error)]
    found = [f"{path}: {why}" for path, why in (*nulls(block, values), *problems(block, values, Path()))]
    return found or _said_by_the_resource(resource, model(policy))


def _said_by_the_resource(resource: PolicyResource[Any], planned: Model) -> list[str]:
    context: Context[Any] = Context(resource.type_name, provider=None, stop=Stop())
    resource.validate(context, planned)
    return [f"{each.summary}. {each.detail}" for each in context.diagnostics]


def _exact(value: Any) -> Any:
    """Fractions as Terraform writes them: the decimal number, not the binary one."""
    if isinstance(value, dict):
        return {name: _exact(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_exact(inner) for inner in value]
    return Decimal(str(value)) if isinstance(value, float) else value
