"""Who may subscribe to data or join a project: the forms that V2 takes, read from the form that V1 shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_provider.resources.equality import false_is_null, same_or_both_empty
from immuta_provider.resources.names import all_trimmed, same_when_trimmed, trimmed
from immuta_provider.resources.policies import users
from immuta_provider.resources.policies.forms import Undocumented, leniently, members
from immuta_provider.resources.policies.users import Entitlement
from terraform_plugin import Model, attribute
from terraform_plugin.validators import exactly_one_of, length

if TYPE_CHECKING:
    from collections.abc import Iterable

    from terraform_plugin.schema import Block


class Approval(Model):
    """An approval that is needed to join."""

    required_permission: str = attribute(
        required=True,
        validators=[trimmed],
        description="The permission that the approver must have, such as `GOVERNANCE` or `ADMIN`.",
    )
    specific_approver_required: bool | None = attribute(
        same=false_is_null, description="Whether the person who asks to join names the approver."
    )


class AnyoneMayJoin(Model):
    """Anybody may join."""

    automatic_subscription: bool = attribute(default=False, description="Subscribe everybody at once.")
    description: str | None = attribute(
        same=same_or_both_empty, description="What is said about the policy to people who look at the project."
    )


class JoinAfterApproval(Model):
    """People join after approval."""

    approvals: set[Approval] = attribute(
        required=True, validators=[length(1)], description="The approvals that are needed, each of them."
    )


def _something_entitles(_: Block, values: dict[str, Any]) -> Iterable[tuple[str | None, str]]:
    if not any(values.get(name) for name in ("groups", "attributes", "advanced")):
        yield None, "at least one of groups, attributes or advanced must be given"


def _advanced_stands_alone(_: Block, values: dict[str, Any]) -> Iterable[tuple[str | None, str]]:
    for name in ("groups", "attributes"):
        if values.get("advanced") is not None and values.get(name) is not None:
            yield name, "an advanced expression stands alone: leave groups and attributes out"


class JoinByEntitlement(Model, validators=[_something_entitles, _advanced_stands_alone]):
    """People with certain groups or attributes may join."""

    automatic_subscription: bool = attribute(default=False, description="Subscribe them at once.")
    allow_discovery: bool = attribute(default=False, description="Show the project to people who may not join.")
    operator: str = attribute(
        default="any",
        one_of=("any", "all"),
        description="Whether `any` one of the entitlements is enough or `all` are needed. "
        "Of no effect beside `advanced`.",
    )
    groups: set[str] | None = attribute(
        same=same_or_both_empty, validators=[all_trimmed], description="Names of groups."
    )
    attributes: set[Entitlement] | None = attribute(same=same_or_both_empty, description="Attributes with a value.")
    advanced: str | None = attribute(
        same=same_when_trimmed,
        description="An expression instead of groups and attributes, such as "
        "`@isInGroups('Analysts') AND @hasAttribute('Clearance', 'high')`.",
    )


class ProjectSubscriptionPolicy(Model, validators=[exactly_one_of("anyone", "approval", "entitlements")]):
    """Who may join a project: exactly one of the members."""

    anyone: AnyoneMayJoin | None = attribute(description="Anybody may join.")
    approval: JoinAfterApproval | None = attribute(description="People join after approval.")
    entitlements: JoinByEntitlement | None = attribute(description="People with certain groups or attributes may join.")


def body(policy: ProjectSubscriptionPolicy) -> dict[str, Any]:
    """The policy as V2 takes it."""
    if policy.anyone:
        written = {"type": "anyone", "automaticSubscription": policy.anyone.automatic_subscription}
        return written | ({"description": policy.anyone.description} if policy.anyone.description else {})
    if policy.approval:
        return approval_body(policy.approval)
    assert policy.entitlements is not None  # the model lets exactly one be set
    return entitlements_body(policy.entitlements)


def approval_body(form: JoinAfterApproval) -> dict[str, Any]:
    """The form with approvals as V2 takes it."""
    return {"type": "approval", "approvals": approvals(form)}


def approvals(form: JoinAfterApproval) -> list[dict[str, Any]]:
    """The approvals as both APIs take them."""
    return sorted(map(_approval, form.approvals), key=str)


def entitlements_body(form: JoinByEntitlement) -> dict[str, Any]:
    """The form with entitlements as V2 takes it."""
    return {
        "type": "entitlements",
        "automaticSubscription": form.automatic_subscription,
        "allowDiscovery": form.allow_discovery,
        **_rule(form),
    }


def _approval(approval: Approval) -> dict[str, Any]:
    return {
        "requiredPermission": approval.required_permission,
        "specificApproverRequired": bool(approval.specific_approver_required),
    }


def _rule(rule: JoinByEntitlement) -> dict[str, Any]:
    if rule.advanced is not None:
        return {"advanced": rule.advanced}
    return {
        "entitlements": {
            "operator": rule.operator,
            "groups": sorted(rule.groups or ()),
            "attributes": users.pairs(rule.attributes),
        }
    }


def state(
    kind: str | None, policy: dict[str, Any], known: ProjectSubscriptionPolicy | None
) -> ProjectSubscriptionPolicy | None:
    """The policy as V1 shows it: its `subscriptionType` and `subscriptionPolicy`. None stands for adding by hand."""
    if kind == "automatic":
        return ProjectSubscriptionPolicy(
            anyone=AnyoneMayJoin(
                automatic_subscription=bool(policy.get("automaticSubscription")), description=policy.get("description")
            )
        )
    if kind == "approval":
        approvals = frozenset(map(_approval_state, policy.get("approvals") or ()))
        return ProjectSubscriptionPolicy(approval=JoinAfterApproval(approvals=approvals))
    if kind == "policy":
        return ProjectSubscriptionPolicy(entitlements=_rule_state(policy, known.entitlements if known else None))
    return None


def _approval_state(approval: dict[str, Any]) -> Approval:
    return Approval(
        required_permission=approval.get("requiredPermission"),
        specific_approver_required=approval.get("specificApproverRequired") or None,
    )


def read_approvals(found: Any) -> JoinAfterApproval:
    """V1's approvals. Raises Undocumented."""
    if not isinstance(found, list) or not found:
        raise Undocumented
    needed, known = frozenset({"requiredPermission"}), frozenset({"specificApproverRequired"})
    owner = frozenset({"ownerModelId", "ownerModelName"})
    return JoinAfterApproval(
        approvals=frozenset(_approval_state(members(each, needed, known | owner)) for each in found)
    )


def _rule_state(policy: dict[str, Any], known: JoinByEntitlement | None) -> JoinByEntitlement:
    try:
        with leniently():
            return read_entitlements(policy, known)
    except Undocumented:
        return JoinByEntitlement(operator="any")


def read_entitlements(policy: dict[str, Any], known: JoinByEntitlement | None) -> JoinByEntitlement:
    """V1's form with entitlements. Raises Undocumented."""
    rule = JoinByEntitlement(
        automatic_subscription=bool(policy.get("automaticSubscription")),
        allow_discovery=bool(policy.get("allowDiscovery")),
        operator=known.operator if known else "any",
    )
    if policy.get("advanced"):
        return rule.replace(advanced=policy["advanced"])
    before = users.Users(operator=rule.operator)
    asked = users.read(policy.get("exceptions"), before) or before
    if asked.purposes:
        raise Undocumented
    return rule.replace(operator=asked.operator, groups=asked.groups, attributes=asked.attributes)
