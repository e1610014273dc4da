"""The search for policies, global ones and those of single data sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from terraform_plugin import Context, DataSource, Model, attribute

if TYPE_CHECKING:
    from immuta_provider.api.policies import PoliciesApi, PolicyHit


class ListedPolicy(Model):
    """A policy in a list."""

    id: str | None = attribute(computed=True, description="The number of a global policy; null for a local one.")
    policy_key: str | None = attribute(computed=True, description="The key, where the tenant's search tells it.")
    name: str | None = attribute(computed=True, description="The name that people see.")
    type: str | None = attribute(computed=True, description="`data` or `subscription`.")
    scope: str | None = attribute(computed=True, description="`global` or `local`.")
    state: str | None = attribute(computed=True, description="`active`, `staged` or another state of Immuta's.")
    created_by: str | None = attribute(computed=True, description="The name of the person who made it.")
    data_source_id: str | None = attribute(
        computed=True, description="Of a local policy: the number of its data source."
    )
    applied_to_count: int | None = attribute(computed=True, description="How many data sources it is enforced on.")


class PolicyList(Model):
    """Searches policies, by name."""

    search: str | None = attribute(description="Only policies whose name contains this text. Default: all.")
    type: str | None = attribute(one_of=("data", "subscription"), description="Only policies of this type.")
    policy_scope: str | None = attribute(
        one_of=("global", "local"),
        description="Only global policies, or only those of single data sources (API name: `scope`).",
    )
    policies: list[ListedPolicy] | None = attribute(computed=True, description="The policies, by name.")


class PoliciesDataSource(DataSource[PolicyList]):
    """The data source `immuta_policies`."""

    type_name = "immuta_policies"
    model = PolicyList
    label_attributes = ("search",)

    def read(self, ctx: Context[PolicyList], config: PolicyList) -> PolicyList:
        """Search them."""
        policies: PoliciesApi = ctx.provider.policies
        found = policies.search(searchText=config.search, type=config.type, scope=config.policy_scope)
        ordered = sorted(found, key=lambda each: (each.name, each.global_policy_id or 0, each.data_source_id or 0))
        return config.replace(policies=[_listed(each) for each in ordered])


def _listed(hit: PolicyHit) -> ListedPolicy:
    return ListedPolicy(
        id=None if hit.global_policy_id is None else str(hit.global_policy_id),
        policy_key=hit.policy_key,
        name=hit.name,
        type=hit.type,
        scope=hit.scope,
        state=hit.state,
        created_by=hit.created_by,
        data_source_id=None if hit.data_source_id is None else str(hit.data_source_id),
        applied_to_count=hit.enforced_on.count,
    )
