"""A V2 payload as the attributes of `immuta_data_policy` or `immuta_subscription_policy`.

Read leniently, because what tenants export goes beyond what is documented: words in any letter case, and members that
nobody knows are kept in `extra_json`. What has no attribute and no place there is a problem, with its place.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final, Literal

from immuta_cli.policies import rules, subscription
from immuta_cli.policies.masking import named, tagged
from immuta_cli.policies.reading import Findings, Node, Steps, Variants, given, nothing, plain

MEMBERS: Final = (
    "policyKey",
    "name",
    "type",
    "actions",
    "circumstances",
    "circumstanceOperator",
    "ownerRestrictions",
    "staged",
    "template",
)
Type = Literal["data", "subscription"]
TYPES: Final[dict[str, Type]] = {"data": "data", "subscription": "subscription"}
# What `immuta clone` writes beside policies, by a member that only it has.
OTHERS: Final = {
    "connectionKey": "data source",
    "sources": "data source",
    "connection": "data source",
    "projectKey": "project",
    "subpurposes": "purpose",
    "acknowledgement": "purpose",
}
_OF_V1: Final = ("createdAt", "updatedAt", "systemGenerated", "createdBy")
_DAY: Final = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True)
class Policy:
    """A policy: its type (`data` or `subscription`) and the attributes of its resource."""

    type: Type
    attributes: dict[str, Any]

    @property
    def key(self) -> str:
        """The policy key."""
        return str(self.attributes["policy_key"])

    @property
    def everywhere(self) -> bool:
        """Whether the payload names no circumstances. It then cannot be told from one that data owners select."""
        return "circumstances" not in self.attributes


def other_kind(document: Any) -> str | None:
    """What a document is that is no policy; None where it may be one."""
    if not isinstance(document, dict) or "policyKey" in document or "actions" in document:
        return None
    if any(name in document for name in OTHERS):
        return next(kind for name, kind in OTHERS.items() if name in document)
    return None if document.keys() & {"type", "circumstances"} else "purpose" if "name" in document else None


def read(document: Any) -> Policy | list[str]:
    """The policy in a document, or what is wrong with it."""
    findings = Findings()
    node = Node(document, findings)
    if not isinstance(document, dict):
        return ["a policy is an object with policyKey, name, type and actions; this is none"]
    if any(name in document for name in _OF_V1):
        return ["this is what the V1 API returns, not a V2 payload as `immuta policy clone` writes it"]
    kind = node.member("type").choice(TYPES, "type of policy")
    policy = None if kind is None else Policy(kind, _attributes(node, kind))
    if policy is None or findings.problems:
        return findings.problems
    if findings.unknown:
        policy.attributes["extra_json"] = json.dumps(_extra(document, findings.unknown), ensure_ascii=False)
    return policy


def _attributes(node: Node, kind: str) -> dict[str, Any]:
    node.object(*MEMBERS, *(("certification",) if kind == "data" else ()))
    where = node.member("circumstances").each(_circumstance)
    attributes = given(
        policy_key=node.member("policyKey").text(),
        name=node.member("name").text(),
        circumstances=where,
        circumstance_operator=rules.joint(node.member("circumstanceOperator"), len(where or ())),
        owner_restrictions=_owners(node.member("ownerRestrictions")),
        staged=node.member("staged").flag(),
        template=node.member("template").flag(),
    )
    actions = node.member("actions")
    if kind == "subscription":
        return attributes | subscription.action(actions)
    certification = _certification(node.member("certification"))
    return attributes | given(actions=rules.actions(actions), certification=certification)


def _time(node: Node) -> dict[str, Any]:
    end = node.member("endDate")
    begins, ends = _moment(node.member("startDate").text()), _moment(end.text()) if end.given else None
    return {"time": given(start_date=begins, end_date=ends)}


def _moment(text: str) -> str:
    """A day alone is its first moment in UTC, as in YAML and JavaScript."""
    return f"{text}T00:00:00.000Z" if _DAY.fullmatch(text) else text


def _domains(node: Node) -> dict[str, Any]:
    return {"domains": node.member("domains").each(_domain) or []}


def _domain(node: Node) -> dict[str, Any] | None:
    if not node.object("name", "id"):
        return None
    return given(name=node.member("name").optional_text(), id=node.member("id").optional_text())


CIRCUMSTANCES: Final[Variants] = {
    "tags": (("tag",), lambda node: {"tag": node.member("tag").text()}),
    "columnTags": (("columnTag",), tagged),
    "columnRegex": (("regex", "caseInsensitive"), named),
    "anyTag": nothing("any_tag"),
    "noTags": nothing("no_tags"),
    "time": (("startDate", "endDate"), _time),
    "server": (("server",), lambda node: {"server": node.member("server").text()}),
    "domains": (("domains",), _domains),
}


def _circumstance(node: Node) -> dict[str, Any] | None:
    return node.variant(CIRCUMSTANCES, "circumstance")


def _owners(node: Node) -> dict[str, Any] | None:
    if not node.given or not node.object("users", "groups"):
        return None
    groups = node.member("groups").each(Node.text)
    return given(users=node.member("users").each(_owner), groups=groups) or None


def _owner(node: Node) -> dict[str, Any] | None:
    if not node.object("iamid", "username"):
        return None
    return {"iamid": node.member("iamid").text(), "username": node.member("username").text()}


def _certification(node: Node) -> dict[str, Any] | None:
    """What owners certify; `recertify` is an instruction for one write and no part of the policy."""
    if not node.given or not node.object("label", "text", "tags", "recertify"):
        return None
    label, text = node.member("label").text(), node.member("text").text()
    return given(label=label, text=text, tags=node.member("tags").each(Node.text))


def _extra(document: dict[str, Any], unknown: list[Steps]) -> dict[str, Any]:
    """The unknown members by the names that lead to them; a list on the way is kept whole, for it is sent whole."""
    extra: dict[str, Any] = {}
    for steps in unknown:
        source: Any = document
        target = extra
        for name in map(str, steps):
            source = source[name]
            if isinstance(source, list) or name == steps[-1]:
                target[name] = plain(source)
                break
            target = target.setdefault(name, {})
    return extra
