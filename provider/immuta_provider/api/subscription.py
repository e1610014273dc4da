"""The subscription policy of a project: V1 returns one form, V2 takes another; this reads the first as the second."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from immuta_provider.api.model import ApiModel

_V2_TYPES = {"automatic": "anyone", "approval": "approval", "policy": "entitlements", "manual": "manual"}
_OPERATORS = {"or": "any", "and": "all"}


class Approval(ApiModel):
    """One approval that joining needs."""

    required_permission: str | None = None
    specific_approver_required: bool | None = None


class Attribute(ApiModel):
    """A user attribute that joining needs."""

    name: str
    value: str


class Entitlements(ApiModel):
    """Groups and attributes of which `operator` ("any" or "all") are needed to join."""

    operator: str = "any"
    groups: list[str] = Field(default_factory=list)
    attributes: list[Attribute] = Field(default_factory=list)


class SubscriptionPolicy(ApiModel):
    """Who may join, in the terms of V2.

    `type` is "manual", "anyone", "approval", "entitlements" or a word this version does not know. `complete` is False
    when V1 held something that has no place here (nested conditions, unknown kinds): then look at the raw form.
    """

    type: str
    automatic_subscription: bool | None = None
    allow_discovery: bool | None = None
    description: str | None = None
    advanced: str | None = None
    approvals: list[Approval] = Field(default_factory=list)
    entitlements: Entitlements | None = None
    complete: bool = True


def from_v1(attempted: str, kind: str | None, policy: dict[str, Any] | None) -> SubscriptionPolicy:
    """The policy of V1's `subscriptionType` and `subscriptionPolicy` as V2 would write it."""
    raw = policy or {}
    known = {
        name: raw.get(name)
        for name in ("automaticSubscription", "allowDiscovery", "description", "advanced", "approvals")
    }
    read = {"type": _V2_TYPES.get(kind or "manual", kind), **known}
    exceptions = raw.get("exceptions")
    if isinstance(exceptions, dict):
        entitlements, complete = _entitlements(exceptions)
        read |= {"entitlements": entitlements, "complete": complete}
    return SubscriptionPolicy.read(attempted, read)


def _entitlements(exceptions: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    conditions = [item for item in exceptions.get("conditions") or [] if isinstance(item, dict)]
    groups = [name for item in conditions if (name := _group(item))]
    attributes = [pair for item in conditions if (pair := _attribute(item))]
    operator = exceptions.get("operator") or "or"
    read = {"operator": _OPERATORS.get(operator, operator), "groups": groups, "attributes": attributes}
    return read, len(groups) + len(attributes) == len(exceptions.get("conditions") or [])


def _group(condition: dict[str, Any]) -> str | None:
    group = condition.get("group")
    if condition.get("type") != "groups" or not isinstance(group, dict):
        return None
    return group.get("name")


def _attribute(condition: dict[str, Any]) -> dict[str, Any] | None:
    pair = condition.get("authorization")
    if condition.get("type") != "authorizations" or not isinstance(pair, dict):
        return None
    name, value = pair.get("auth"), pair.get("value")
    return None if name is None or value is None else {"name": name, "value": value}
