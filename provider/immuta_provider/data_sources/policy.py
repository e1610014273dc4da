"""The look-up of one global policy by its key or its id."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from terraform_plugin import Context, DataSource, DiagnosticError, Model, attribute
from terraform_plugin.validators import exactly_one_of, matches

if TYPE_CHECKING:
    from immuta_provider.api.policies import PoliciesApi


class PolicyLookup(Model, validators=[exactly_one_of("policy_key", "id")]):
    """Reads a global policy that exists, of either type, by `policy_key` or by `id`."""

    id: str | None = attribute(
        optional=True,
        computed=True,
        validators=[matches(r"\d+", "the number of a policy")],
        description="The number that Immuta gave the policy.",
    )
    policy_key: str | None = attribute(optional=True, computed=True, description="The policy's key, any text.")
    name: str | None = attribute(computed=True, description="The name that people see.")
    type: str | None = attribute(computed=True, description="`data` or `subscription`.")
    staged: bool | None = attribute(computed=True, description="Whether the policy is stored but active nowhere.")
    template: bool | None = attribute(computed=True, description="Whether the policy is a template for others.")
    system_generated: bool | None = attribute(computed=True, description="Whether the policy belongs to Immuta itself.")
    applied_to_count: int | None = attribute(
        computed=True, description="How many data sources the policy is applied to at the moment."
    )
    actions_json: str | None = attribute(computed=True, description="What it does, as the API returns it (V1), JSON.")
    circumstances_json: str | None = attribute(
        computed=True, description="Its circumstances, as the API returns them (V1), JSON; `null` for none."
    )


class PolicyDataSource(DataSource[PolicyLookup]):
    """The data source `immuta_policy`."""

    type_name = "immuta_policy"
    model = PolicyLookup
    label_attributes = ("policy_key", "id")

    def read(self, ctx: Context[PolicyLookup], config: PolicyLookup) -> PolicyLookup:
        """Find the policy. Raises DiagnosticError where there is none."""
        policies: PoliciesApi = ctx.provider.policies
        key = config.policy_key
        found = policies.find(key) if key is not None else policies.get(int(config.id or 0))
        if found is None:
            wanted = f'with the key "{key}"' if key is not None else f"with the id {config.id}"
            raise DiagnosticError(f"There is no policy {wanted}", "Give the policy key, not the name.")
        return PolicyLookup(
            id=str(found.id),
            policy_key=found.key,
            name=found.name,
            type=found.type,
            staged=found.staged,
            template=found.template,
            system_generated=found.system_generated,
            applied_to_count=policies.applied_to(found.id),
            actions_json=json.dumps(found.actions, sort_keys=True),
            circumstances_json=json.dumps(found.circumstances, sort_keys=True),
        )
