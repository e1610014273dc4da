"""What both kinds of global policies share: the attributes around their rules, and the way they are written and read.

V2 is the upsert by key and the first choice. What it has no word for (a template, a policy that data owners select,
write access) is written with V1. Reading and deleting is V1's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final, Literal, TypeVar

from immuta_provider.resources import dry_runs, existing, extra_json, import_ids, protection, stored_form
from immuta_provider.resources.base import ImmutaResource
from immuta_provider.resources.policies import circumstances, summary
from immuta_provider.resources.policies.circumstances import (
    Circumstance,
    OwnerRestrictions,
    owner_selected_stands_alone,
    several_need_an_operator,
)
from immuta_provider.resources.policies.forms import V1_OF_OPERATOR, only_given
from immuta_provider.resources.policies.users import OPERATORS
from immuta_provider.resources.timeouts import Timeouts, timeouts_attribute
from terraform_plugin import UNKNOWN, Context, DiagnosticError, Model, Path, attribute
from terraform_plugin.model import to_values
from terraform_plugin.validators import length
from terraform_plugin.values import wholly_known

if TYPE_CHECKING:
    from immuta_provider.api.policies import PoliciesApi, Policy

P = TypeVar("P", bound="GlobalPolicy")
MADE_BY_SERVER: Final = frozenset(
    {"id", "createdBy", "createdByName", "createdAt", "updatedAt", "deleted", "systemGenerated", "clonedFrom"}
)
NOWHERE: Final = ("circumstances", None)


def _true_or_unset(value: bool) -> str | None:
    return None if value else "leave it unset instead of false"


class GlobalPolicy(Model, validators=[owner_selected_stands_alone, several_need_an_operator]):
    """What every global policy has."""

    id: str = attribute(computed=True, keep_state=True, description="The number that Immuta gave the policy.")
    policy_key: str = attribute(
        required=True,
        requires_replace=True,
        validators=[length(1)],
        description="The key, chosen by you and unique in the tenant: any text. Another key is another policy.",
    )
    name: str = attribute(required=True, validators=[length(1)], description="The name that people see.")
    circumstances: set[Circumstance] | None = attribute(
        validators=[length(1)], description="The data sources that the policy applies to. Left unset: all."
    )
    circumstance_operator: str | None = attribute(
        one_of=OPERATORS,
        description="Whether `any` one of the circumstances is enough or `all` are needed. Required with two or more.",
    )
    owner_selected: bool | None = attribute(
        validators=[_true_or_unset],
        unseen="the API shows such a policy as one that applies to all data sources",
        description="Apply the policy only where a data owner selects it. It takes the place of `circumstances`.",
    )
    owner_restrictions: OwnerRestrictions | None = attribute(
        description="Apply the policy to data sources of these owners only."
    )
    staged: bool = attribute(default=False, description="Store the policy without making it active anywhere.")
    template: bool = attribute(default=False, description="Whether the policy is a template for others.")
    stored_form: str | None = attribute(
        computed=True,
        keep_state=True,
        description="A digest of those parts of the policy whose form the API does not document. When they change "
        "outside Terraform, the plan shows it as known after apply and writes the policy again.",
    )
    summary: str | None = summary.summary_attribute()
    deletion_protection: bool = protection.deletion_protection_attribute()
    timeouts: Timeouts | None = timeouts_attribute()
    extra_json: str | None = extra_json.extra_json_attribute("`POST /api/v2/policy`")


class PolicyResource(ImmutaResource[P]):
    """A global policy of one type. A subclass says how its actions are written and read.

    Class attributes: `type`, V1's and V2's word for it; `written_as_form`, the attributes that `stored_form` may hold.
    """

    label_attributes = ("policy_key", "name", "id")
    identity = ("policy_key",)
    import_help = "the policy key, any text (`Mask PII`), or `id:` and the number (`id:31`)"
    local = ImmutaResource.local | {summary.NAME}
    type: ClassVar[Literal["data", "subscription"]]
    written_as_form: ClassVar[frozenset[str]] = frozenset(
        {"actions", "circumstances", "owner_restrictions", "extra_json"}
    )

    def actions_body(self, plan: P) -> dict[str, Any]:
        """The members of V2's body that the type has of its own, `actions` among them."""
        raise NotImplementedError(f"{type(self).__name__} has no such handler")

    def write(self, ctx: Context[P], plan: P, present: Policy | None) -> int | None:
        """Create the policy, or change the one that is present; returns its id where the answer tells it."""
        raise NotImplementedError(f"{type(self).__name__} has no such handler")

    def documented(self, plan: P) -> bool:
        """Whether the documents describe V1's form of all that is planned."""
        return plan.owner_restrictions is None and not any(each.domains for each in plan.circumstances or ())

    def read_actions(self, known: P, found: Policy) -> tuple[dict[str, Any], list[Any]]:
        """The attributes that the type has of its own, and as they came those parts that cannot be read for sure."""
        raise NotImplementedError(f"{type(self).__name__} has no such handler")

    def plan_object(self, ctx: Context[P], prior: P | None, planned: P) -> P:
        """Write again what somebody else has written in a form that cannot be compared; try it as a dry run."""
        changed = planned.replace(stored_form=UNKNOWN) if self._form_changes(ctx, prior, planned) else planned
        if ctx.provider.validate_at_plan and (prior is None or not changed.changed(prior) <= self.local):
            dry_runs.attempt(
                ctx, planned, lambda: self._api(ctx).save(self.body(planned), dry_run=True), ready=lambda: True
            )
        return summary.planned(self.type, prior, changed)

    def _form_changes(self, ctx: Context[P], prior: P | None, planned: P) -> bool:
        if prior is None or stored_form.changed_outside(ctx, prior.stored_form):
            return True
        changed = planned.changed(prior) & self.written_as_form
        known = all(wholly_known(value) for name, value in to_values(planned).items() if name in changed)
        return bool(changed) and (prior.stored_form is not None or not known or not self.documented(planned))

    def create_object(self, ctx: Context[P], plan: P) -> P:
        """Write the policy, unless its key is taken."""
        checked = self._api(ctx).save(self.body(plan), dry_run=True)
        if checked.updating:
            return self._adopt(ctx, plan, self._present(ctx, plan, checked.policy_id))
        with existing.kept_in_doubt(ctx, plan):
            identifier = self.write(ctx, plan, None)
        if identifier is None:
            ctx.save(plan)
            identifier = self._present(ctx, plan, None).id
        ctx.save(plan.replace(id=str(identifier)))
        return self._settled(ctx, plan, identifier)

    def read_object(self, ctx: Context[P], state: P) -> P | None:
        """Get the policy by its id; by its key where a create ended before the id was known."""
        found = self._api(ctx).get(int(state.id)) if state.id else self._api(ctx).find(state.policy_key)
        return None if found is None else self._state(state, found)

    def update_object(self, ctx: Context[P], prior: P, plan: P) -> P:
        """Write the policy whole."""
        return self._update(ctx, int(prior.id), plan)

    def delete_object(self, ctx: Context[P], state: P) -> None:
        """Delete the policy."""
        found = None if state.id else self._api(ctx).find(state.policy_key)
        if state.id or found:
            self._api(ctx).delete(int(state.id) if found is None else found.id)

    def import_state(self, ctx: Context[P], import_id: str) -> P:
        """Find the policy by key or id."""
        wanted = import_ids.parse(import_id)
        api = self._api(ctx)
        found = api.find(wanted.key) if wanted.key is not None else api.get(wanted.id or 0)
        if found is None:
            raise DiagnosticError(
                f'There is no policy "{import_id}"', "Give the policy key (not the name), or `id:` and the number."
            )
        self._check_kind(found)
        state = self._state(self.model(), found)
        stored_form.remember(ctx, state.stored_form)
        return state

    def body(self, plan: P) -> dict[str, Any]:
        """V2's body."""
        several = len(plan.circumstances or ()) > 1
        head = {
            "policyKey": plan.policy_key,
            "name": plan.name,
            "type": self.type,
            "staged": plan.staged,
            "circumstances": circumstances.body(plan.circumstances) if plan.circumstances else None,
            "circumstanceOperator": plan.circumstance_operator if several else None,
            "ownerRestrictions": circumstances.owners_body(plan.owner_restrictions)
            if plan.owner_restrictions
            else None,
        }
        return extra_json.merged(only_given(head | self.actions_body(plan)), plan.extra_json)

    def _api(self, ctx: Context[P]) -> PoliciesApi:
        api: PoliciesApi = ctx.provider.policies
        return api

    def _present(self, ctx: Context[P], plan: P, identifier: int | None) -> Policy:
        found = self._api(ctx).get(identifier) if identifier is not None else None
        if found is None or found.key != plan.policy_key:
            found = self._api(ctx).find(plan.policy_key)
        if found is None:
            raise existing.not_returned(ctx, plan, f'the policy "{plan.policy_key}"')
        return found

    def _check_kind(self, found: Policy) -> None:
        if found.system_generated:
            raise DiagnosticError(
                f'The policy "{found.key}" belongs to Immuta itself',
                "It cannot be managed. Read it with the data source `immuta_policy`.",
            )
        if found.type in {"data", "subscription"} - {self.type}:
            raise DiagnosticError(
                f'The policy "{found.key}" is a {found.type} policy',
                f"{self.type_name} manages {self.type} policies. Use another key, or `immuta_{found.type}_policy`.",
                Path("policy_key"),
            )

    def _adopt(self, ctx: Context[P], plan: P, present: Policy) -> P:
        self._check_kind(present)
        found = self._state(plan, present)
        stored_form.remember(ctx, found.stored_form)
        adopted = existing.adopt(
            ctx,
            plan,
            found,
            key=plan.policy_key,
            ignore=self.local | {"stored_form"},
            update=lambda found, wanted: self._update(ctx, int(found.id), wanted),
        )
        if adopted is not found or found.stored_form is None:
            return adopted
        ctx.warning(
            f'The policy "{plan.policy_key}" existed already and was written again',
            "What can be read of it equals the configuration; its other parts have a form that Immuta does not "
            "document, and cannot be compared.",
        )
        return self._update(ctx, int(found.id), plan)

    def _update(self, ctx: Context[P], identifier: int, plan: P) -> P:
        present = self._api(ctx).get(identifier)
        if present is None:
            raise DiagnosticError(
                f'Cannot update {self.type_name} "{plan.policy_key}": it is gone',
                "Run `terraform plan` to see what is left to do.",
            )
        self.write(ctx, plan, present)
        return self._settled(ctx, plan, identifier)

    def _settled(self, ctx: Context[P], plan: P, identifier: int) -> P:
        found = self._api(ctx).get(identifier)
        if found is None:
            raise DiagnosticError(
                f'The policy "{plan.policy_key}" disappeared while it was written', "Run `terraform apply` again."
            )
        state = self._state(plan, found)
        stored_form.remember(ctx, state.stored_form)
        return state

    def _state(self, known: P, found: Policy) -> P:
        """The policy as the API has it; what cannot be read for sure comes from `known`."""
        own, opaque = self.read_actions(known, found)
        raw = found.circumstances or ()
        where, operator, elsewhere = circumstances.read(raw)
        if known.policy_key is None:  # an import
            kept = circumstances.likely(raw)
        else:
            kept = circumstances.kept(frozenset(known.circumstances or ()), where, elsewhere)
        everything = (where | kept) or None
        several = len(everything or ()) > 1
        state = known.replace(
            id=str(found.id),
            policy_key=found.key,
            name=found.name,
            staged=found.staged,
            template=found.template,
            circumstances=everything,
            owner_selected=None if everything else known.owner_selected,
            circumstance_operator=(operator or known.circumstance_operator) if several else known.circumstance_operator,
            stored_form=stored_form.digest(
                {
                    "actions": opaque or None,
                    "circumstances": elsewhere or None,
                    "ownerRestrictions": found.owner_restrictions,
                }
            ),
            extra_json=extra_json.read_back(known.extra_json, _alike(found)),
            **own,
        )
        return summary.stored(self.type, state)


def _alike(found: Policy) -> dict[str, Any]:
    """The members that have the same form in V2, by which `extra_json` goes in, and V1, by which it is compared."""
    return {name: value for name, value in as_read(found).items() if not isinstance(value, dict | list)}


def as_read(present: Policy) -> dict[str, Any]:
    """The policy as V1 takes it back: all but what the server makes.

    Without an id, null circumstances mean that owners select the policy; those that are absent mean all data sources.
    """
    members = present.model_dump(by_alias=True).items()
    return {name: value for name, value in members if name not in MADE_BY_SERVER and (name, value) != NOWHERE}


def v1_head(plan: GlobalPolicy) -> dict[str, Any]:
    """The members around the actions, as V1 takes them. Without `circumstances` all data sources are meant."""
    every = V1_OF_OPERATOR[plan.circumstance_operator or "any"]
    head: dict[str, Any] = {"name": plan.name, "staged": plan.staged, "template": plan.template}
    if plan.owner_selected:
        return head | {"circumstances": None}
    if plan.circumstances:
        return head | {"circumstances": circumstances.v1_body(plan.circumstances, every)}
    return head
