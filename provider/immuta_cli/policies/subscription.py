"""The action of a V2 subscription policy: who may get access."""

from __future__ import annotations

from typing import Any, Final

from immuta_cli.policies.reading import Node, Read, given
from immuta_cli.policies.rules import users

FLAGS: Final = ("automaticSubscription", "allowDiscovery", "shareResponsibility")
COMMON: Final = ("type", "description", "accessGrant", *FLAGS)


def action(node: Node) -> dict[str, Any]:
    """The one action, perhaps in a list; its form, and what goes with every form."""
    if isinstance(node.value, list) and len(node.value) == 1:
        node = node.elements()[0]
    if not isinstance(node.value, dict):
        node.object()
        return {}
    kind = node.member("type").choice(FORMS, "form of subscription")
    if kind is None:
        return {}
    name, flags, members, read = kind
    node.object(*COMMON, *members)
    for flag in FLAGS:
        if node.member(flag).flag() and flag not in flags:
            node.findings.unknown.append((*node.steps, flag))
    return given(
        description=node.member("description").optional_text(),
        access_grant=_grant(node.member("accessGrant")),
        share_responsibility=node.member("shareResponsibility").flag() if "shareResponsibility" in flags else None,
    ) | {name: read(node)}


def _grant(node: Node) -> str | None:
    word = node.choice({"READ": "READ", "WRITE": "WRITE"}, "grant") if node.given else None
    return word if word == "WRITE" else None


def _anyone(node: Node) -> dict[str, Any]:
    return given(automatic_subscription=node.member("automaticSubscription").flag())


def _approval(node: Node) -> dict[str, Any]:
    return given(approvals=node.member("approvals").each(_approver))


def _approver(node: Node) -> dict[str, Any] | None:
    if not node.object("requiredPermission", "specificApproverRequired"):
        return None
    permission = node.member("requiredPermission").text()
    specific = node.member("specificApproverRequired").flag()
    return given(required_permission=permission, specific_approver_required=specific)


def _entitlements(node: Node) -> dict[str, Any]:
    who = users(node.member("entitlements"), purposes=False) or {}
    return who | given(
        advanced=node.member("advanced").optional_text(),
        automatic_subscription=node.member("automaticSubscription").flag(),
        allow_discovery=node.member("allowDiscovery").flag(),
    )


def _manual(_: Node) -> dict[str, Any]:
    return {}


Form = tuple[str, tuple[str, ...], tuple[str, ...], Read]
FORMS: Final[dict[str, Form]] = {
    "anyone": ("anyone", ("automaticSubscription", "shareResponsibility"), (), _anyone),
    "approval": ("approval", ("shareResponsibility",), ("approvals",), _approval),
    "entitlements": ("entitlements", FLAGS, ("entitlements", "advanced"), _entitlements),
    "manual": ("manual", ("shareResponsibility",), (), _manual),
}
