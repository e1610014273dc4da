"""The policies of one data source's own, as against global ones that apply to it: written and read with V1.

Each write makes a new version of the data source's policies; what global policies have put there is left out of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources import existing, import_ids, protection
from immuta_provider.resources.base import ImmutaResource
from immuta_provider.resources.equality import same_or_both_empty
from immuta_provider.resources.policies import local, summary
from immuta_provider.resources.policies.local import LocalPolicy
from immuta_provider.resources.timeouts import Timeouts, timeouts_attribute
from terraform_plugin import Context, DiagnosticError, Model, Path, attribute
from terraform_plugin.validators import matches

if TYPE_CHECKING:
    from immuta_provider.api.policies import PoliciesApi

MADE_BY_SERVER: Final = ("createdAt", "createdBy", "policyHash", "immutable")


class DataSourcePolicies(Model):
    """All policies of a data source's own. Global policies that apply to it are neither shown nor touched.

    The resource is the only owner of that list: a policy that somebody adds by hand is planned to be removed.
    """

    id: str = attribute(computed=True, keep_state=True, description="The number of the data source.")
    data_source_id: str = attribute(
        required=True,
        requires_replace=True,
        validators=[matches(r"\d+", "the number of a data source")],
        description="The number of the data source.",
    )
    policies: list[LocalPolicy] = attribute(
        required=True, same=same_or_both_empty, description="The policies, in their order; `[]` for none."
    )
    summary: str | None = summary.summary_attribute()
    deletion_protection: bool = protection.deletion_protection_attribute()
    timeouts: Timeouts | None = timeouts_attribute()


class DataSourcePoliciesResource(ImmutaResource[DataSourcePolicies]):
    """The resource `immuta_data_source_policies`."""

    type_name = "immuta_data_source_policies"
    model = DataSourcePolicies
    permissions = ("GOVERNANCE",)
    local = ImmutaResource.local | {summary.NAME}
    label_attributes = ("data_source_id", "id")
    identity = ("data_source_id",)
    import_help = "the number of the data source (`31` or `id:31`)"

    def plan_object(
        self,
        ctx: Context[DataSourcePolicies],  # noqa: ARG002 - part of the protocol
        prior: DataSourcePolicies | None,
        planned: DataSourcePolicies,
    ) -> DataSourcePolicies:
        """Say in words what is planned."""
        return summary.planned("local", prior, planned)

    def create_object(self, ctx: Context[DataSourcePolicies], plan: DataSourcePolicies) -> DataSourcePolicies:
        """Write the policies, unless the data source has others already."""
        present = self._found(ctx, plan)
        if present.policies:
            return existing.adopt(
                ctx,
                plan,
                present,
                key=plan.data_source_id,
                ignore=self.local,
                update=lambda _, wanted: self._write(ctx, wanted),
            )
        return self._write(ctx, plan)

    def read_object(self, ctx: Context[DataSourcePolicies], state: DataSourcePolicies) -> DataSourcePolicies | None:
        """Read the policies; they are gone where the data source is."""
        found = _api(ctx).local(int(state.data_source_id))
        return None if found is None else _state(state, found)

    def update_object(
        self,
        ctx: Context[DataSourcePolicies],
        prior: DataSourcePolicies,  # noqa: ARG002 - part of the protocol
        plan: DataSourcePolicies,
    ) -> DataSourcePolicies:
        """Write the policies whole."""
        return self._write(ctx, plan)

    def delete_object(self, ctx: Context[DataSourcePolicies], state: DataSourcePolicies) -> None:
        """Leave the data source without policies of its own."""
        identifier = int(state.data_source_id)
        if _api(ctx).local(identifier):
            _write(ctx, identifier, [])

    def import_state(self, ctx: Context[DataSourcePolicies], import_id: str) -> DataSourcePolicies:
        """Read the policies of a data source."""
        wanted = import_ids.parse(import_id)
        digits = str(wanted.id) if wanted.key is None else wanted.key
        if not digits.isdecimal():
            raise DiagnosticError(f'"{import_id}" is not the number of a data source', "Give its id, such as `31`.")
        return self._found(ctx, DataSourcePolicies(data_source_id=digits))

    def _found(self, ctx: Context[DataSourcePolicies], known: DataSourcePolicies) -> DataSourcePolicies:
        found = _api(ctx).local(int(known.data_source_id))
        if found is None:
            raise DiagnosticError(
                f"There is no data source {known.data_source_id}",
                "Give the number of a data source that the service account can see.",
                Path("data_source_id"),
            )
        return _state(known, found)

    def _write(self, ctx: Context[DataSourcePolicies], plan: DataSourcePolicies) -> DataSourcePolicies:
        identifier = int(plan.data_source_id)
        _write(ctx, identifier, [local.body(each) for each in plan.policies or ()])
        ctx.save(plan.replace(id=plan.data_source_id))
        return self._found(ctx, plan)


def _api(ctx: Context[DataSourcePolicies]) -> PoliciesApi:
    api: PoliciesApi = ctx.provider.policies
    return api


def _write(ctx: Context[DataSourcePolicies], identifier: int, policies: list[dict[str, Any]]) -> None:
    handler = _api(ctx).handler(identifier)
    _api(ctx).write_local(identifier, policies, None if handler is None else handler.id)


def _state(known: DataSourcePolicies, found: list[dict[str, Any]]) -> DataSourcePolicies:
    before = known.policies or []
    raw = [{name: value for name, value in each.items() if name not in MADE_BY_SERVER} for each in found]
    policies = [local.read(each, before[index] if index < len(before) else None) for index, each in enumerate(raw)]
    return summary.stored("local", known.replace(id=known.data_source_id, policies=policies))
