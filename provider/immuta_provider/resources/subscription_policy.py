"""Global subscription policies: who may get access to data sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from immuta_provider.resources import extra_json
from immuta_provider.resources.equality import same_or_both_empty
from immuta_provider.resources.policies import subscription, users
from immuta_provider.resources.policies.forms import Undocumented, leniently
from immuta_provider.resources.policies.resource import GlobalPolicy, PolicyResource, as_read, v1_head
from immuta_provider.resources.policies.subscription import JoinAfterApproval, JoinByEntitlement
from terraform_plugin import Context, Model, Path, attribute, is_unknown
from terraform_plugin.validators import exactly_one_of

if TYPE_CHECKING:
    from immuta_provider.api.policies import PoliciesApi, Policy

FORMS = ("anyone", "approval", "entitlements", "manual")
_NO_FORM = "which has no documented form of {}. Use other circumstances, such as a tag."
UNSAID: Final = {
    "circumstances": _NO_FORM.format("domains"),
    "owner_restrictions": _NO_FORM.format("owner_restrictions"),
    "extra_json": "and extra_json goes into the body of the V2 API. Leave it out.",
}


class Anyone(Model):
    """Anybody may subscribe."""

    automatic_subscription: bool = attribute(default=False, description="Subscribe everybody at once.")


class Manual(Model):
    """Data owners add subscribers by hand. It has no members: `{}`."""


class SubscriptionPolicy(GlobalPolicy, validators=[exactly_one_of(*FORMS)]):
    """A global subscription policy: who may get access to data sources, wherever its circumstances hold.

    Exactly one of `anyone`, `approval`, `entitlements` and `manual`.
    """

    description: str | None = attribute(same=same_or_both_empty, description="Why, for people who ask for access.")
    anyone: Anyone | None = attribute(description="Anybody may subscribe.")
    approval: JoinAfterApproval | None = attribute(description="People subscribe after approval.")
    entitlements: JoinByEntitlement | None = attribute(
        description="People with certain groups or attributes may subscribe."
    )
    manual: Manual | None = attribute(description="Data owners add subscribers by hand: `{}`.")
    access_grant: str = attribute(
        default="READ",
        one_of=("READ", "WRITE"),
        description="What subscribers may do. `WRITE` needs a tenant with write policies.",
    )
    share_responsibility: bool = attribute(
        default=False,
        description="Where several policies apply to a data source: it is enough to meet this one **or** another that "
        "says the same.",
    )


class SubscriptionPolicyResource(PolicyResource[SubscriptionPolicy]):
    """The resource `immuta_subscription_policy`."""

    type_name = "immuta_subscription_policy"
    model = SubscriptionPolicy
    permissions = ("GOVERNANCE",)
    type = "subscription"
    written_as_form = PolicyResource.written_as_form | {*FORMS, "description", "access_grant", "share_responsibility"}

    def validate(self, ctx: Context[SubscriptionPolicy], config: SubscriptionPolicy) -> None:
        """Refuse what neither API can say."""
        if not needs_v1(config):
            return
        unsaid = {
            "circumstances": any(not is_unknown(each) and each.domains for each in _known(config.circumstances)),
            "owner_restrictions": config.owner_restrictions is not None,
            "extra_json": extra_json.names_something(config.extra_json),
        }
        for name in (name for name, given in unsaid.items() if given):
            ctx.error(
                f"{'Domains' if name == 'circumstances' else name} cannot be given for this policy",
                "Write access, shared responsibility, templates and policies that owners select are written with the "
                f"V1 API, {UNSAID[name]}",
                Path(name),
            )

    def actions_body(self, plan: SubscriptionPolicy) -> dict[str, Any]:
        """The one action."""
        described = {"description": plan.description} if plan.description else {}
        return {"actions": _action(plan) | described}

    def write(self, ctx: Context[SubscriptionPolicy], plan: SubscriptionPolicy, present: Policy | None) -> int | None:
        """Post the policy with V2; one for which V2 has no words, or had none before, with V1."""
        policies: PoliciesApi = ctx.provider.policies
        if not needs_v1(plan) and not (present and _has_v1_words(present)):
            return policies.save(self.body(plan)).policy_id
        body = self._v1_body(plan)
        if present is None:
            return policies.create(body).id
        kept = {name: value for name, value in as_read(present).items() if name != "circumstances"}
        policies.update(present.id, kept | body)
        return present.id

    def read_actions(self, known: SubscriptionPolicy, found: Policy) -> tuple[dict[str, Any], list[Any]]:
        """The form of subscription and what goes with it."""
        raw = found.actions[0] if found.actions else {}
        own, opaque = _read_form(raw, known)
        own |= {
            "description": raw.get("description"),
            "access_grant": raw.get("accessGrant") or "READ",
            "share_responsibility": bool(raw.get("shareResponsibility")),
        }
        return own, opaque

    def _v1_body(self, plan: SubscriptionPolicy) -> dict[str, Any]:
        action = _v1_action(plan) | {
            "type": "subscription",
            "description": plan.description,
            "shareResponsibility": plan.share_responsibility,
        }
        if plan.access_grant == "WRITE":
            action["accessGrant"] = "WRITE"
        return {"policyKey": plan.policy_key, "type": self.type, "actions": [action]} | v1_head(plan)


def _known(value: Any) -> Any:
    return value if isinstance(value, frozenset) else ()


def needs_v1(plan: SubscriptionPolicy) -> bool:
    """Whether the policy says something for which V2 has no word."""
    return plan.access_grant == "WRITE" or any(
        each is True for each in (plan.share_responsibility, plan.template, plan.owner_selected)
    )


def _has_v1_words(present: Policy) -> bool:
    action = present.actions[0] if present.actions else {}
    return present.template or action.get("accessGrant") == "WRITE" or bool(action.get("shareResponsibility"))


def _action(plan: SubscriptionPolicy) -> dict[str, Any]:
    """The action as V2 takes it."""
    if plan.anyone:
        return {"type": "anyone", "automaticSubscription": plan.anyone.automatic_subscription}
    if plan.approval:
        return subscription.approval_body(plan.approval)
    if plan.entitlements:
        return subscription.entitlements_body(plan.entitlements)
    return {"type": "manual"}


def _v1_action(plan: SubscriptionPolicy) -> dict[str, Any]:
    """The action as V1 takes it."""
    if plan.anyone:
        return {"subscriptionType": "automatic", "automaticSubscription": plan.anyone.automatic_subscription}
    if plan.approval:
        return {"subscriptionType": "approval", "approvals": subscription.approvals(plan.approval)}
    if plan.entitlements is None:
        return {"subscriptionType": "manual"}
    form = plan.entitlements
    flags = {"automaticSubscription": form.automatic_subscription, "allowDiscovery": form.allow_discovery}
    if form.advanced is not None:
        return {"subscriptionType": "policy", "advanced": form.advanced, **flags}
    who = users.conditions(form.operator, form.groups, form.attributes)
    return {"subscriptionType": "policy", "exceptions": who, **flags}


def _read_form(raw: dict[str, Any], known: SubscriptionPolicy) -> tuple[dict[str, Any], list[Any]]:
    """The form of subscription; the one that is known, and the action as it came, where it cannot be read for sure."""
    try:
        found = _form(raw, known)
    except Undocumented:
        before = {name: getattr(known, name) for name in FORMS}
        return before if any(before.values()) else _likely_form(raw), [raw]
    return {name: found.get(name) for name in FORMS}, []


def _likely_form(raw: dict[str, Any]) -> dict[str, Any]:
    try:
        with leniently():
            found = _form(raw, SubscriptionPolicy())
    except Undocumented:
        found = {}
    return {name: found.get(name) for name in FORMS}


def _form(raw: dict[str, Any], known: SubscriptionPolicy) -> dict[str, Any]:
    match raw.get("subscriptionType"):
        case "automatic":
            return {"anyone": Anyone(automatic_subscription=bool(raw.get("automaticSubscription")))}
        case "approval":
            return {"approval": subscription.read_approvals(raw.get("approvals"))}
        case "policy":
            expression = known.entitlements.advanced if known.entitlements else None
            if expression is not None and not raw.get("advanced"):
                raise Undocumented  # the tenant keeps the expression in another place
            return {"entitlements": subscription.read_entitlements(raw, known.entitlements)}
        case "manual":
            return {"manual": Manual()}
    raise Undocumented
