"""The policy handler of a data source: its local policies, and what global policies put beside them, in versions.

A version is made when somebody writes local policies, and when the handler is looked at after the global policies, the
tags or the columns have made another one of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from immuta_tenant.families.iam.state import SYSTEM_PROFILE, profile_name
from immuta_tenant.families.policies import canonical, state
from immuta_tenant.families.policies.application import Facts, applies, facts, matched_tag, selects
from immuta_tenant.kinds import POLICY_HANDLER
from immuta_tenant.store import Document, Store
from immuta_tenant.timestamps import timestamp

_OF_THE_POLICY = (
    "id", "name", "policyKey", "staged", "deleted", "metadata", "template", "createdAt", "updatedAt", "clonedFrom",
    "systemGenerated", "ownerRestrictions",
)  # fmt: skip


def versions(store: Store, source: Document) -> list[Document]:
    """Return the versions of a handler, oldest first."""
    return store.children(POLICY_HANDLER, source["id"])


def current(store: Store, source: Document) -> Document:
    """Return the handler as it is now, a new version of it when something has changed."""
    known = versions(store, source)
    local = local_policies(known[-1]) if known else []
    effective = [*local, *_driven(store, facts(store, source), local)]
    if known and known[-1]["jsonPolicies"] == effective:
        return known[-1]
    return _insert(store, source, SYSTEM_PROFILE, effective)


def write(store: Store, source: Document, profile: int, stated: list[Document]) -> Document:
    """Replace the local policies; what global policies have put there stays."""
    known = versions(store, source)
    former = local_policies(known[-1]) if known else []
    local = [_local(action, profile, former) for action in stated]
    return _insert(store, source, profile, [*local, *_driven(store, facts(store, source), local)])


def local_policies(handler: Document) -> list[Document]:
    """Return the policies of a handler that no global policy has put there."""
    return [policy for policy in handler["jsonPolicies"] if "global" not in policy]


def _insert(store: Store, source: Document, profile: int, policies: list[Document]) -> Document:
    now = timestamp()
    who = {"createdBy": profile, "createdAt": now, "updatedAt": now}
    return store.insert(POLICY_HANDLER, {"dataSourceId": source["id"], "jsonPolicies": policies} | who)


def _local(stated: Document, profile: int, former: list[Document]) -> Document:
    action = canonical.action(stated)
    for policy in former:
        if all(policy[name] == value for name, value in action.items()):
            return policy
    return action | {"createdAt": timestamp(), "createdBy": profile}


def _driven(store: Store, known: Facts, local: list[Document]) -> list[Document]:
    masked = {column for policy in local for column in _masked_columns(policy)}
    driven: list[Document] = []
    for policy in state.live(store):
        if policy["type"] == "data" and applies(policy, known):
            for action in policy["actions"]:
                driven += _of_action(store, policy, action, known, masked)
    return driven


def _of_action(store: Store, policy: Document, action: Document, known: Facts, masked: set[str]) -> list[Document]:
    if action["type"] != "masking":
        return [_placed(action, known) | {"global": _origin(store, policy, next(_row_tags(action), None))}]
    made = []
    for column, tags in known.columns.items():
        rules = [_on_column(rule, column) for rule in action["rules"] if _chosen(rule, column, tags)]
        if rules:
            conflict = "existingMasking" if column in masked else None
            masked.add(column)
            origin = _origin(store, policy, _tag_of(action["rules"], tags), conflict)
            made.append(action | {"rules": rules, "global": origin})
    return made


def _chosen(rule: Document, column: str, tags: frozenset[str]) -> bool:
    return any(selects(selector, column, tags) for selector in rule["config"]["fields"])


def _on_column(rule: Document, column: str) -> Document:
    return rule | {"config": rule["config"] | {"fields": [column]}}


def _tag_of(rules: list[Document], tags: frozenset[str]) -> str | None:
    selectors = [selector for rule in rules for selector in rule["config"]["fields"]]
    return next((tag for selector in selectors if (tag := matched_tag(selector, tags)) is not None), None)


def _placed(action: Document, known: Facts) -> Document:
    # Row rules name a tag; in a data source the column that has it stands in its place.
    return canonical.action(action | {"rules": [_rule_on_columns(rule, known) for rule in action["rules"]]})


def _rule_on_columns(rule: Document, known: Facts) -> Document:
    qualifications = rule["config"].get("qualifications")
    if rule["type"] != "visibility" or qualifications is None:
        return rule
    conditions = [item | {"field": _column_of(item["field"], known)} for item in qualifications["conditions"]]
    return rule | {"config": {"qualifications": qualifications | {"conditions": conditions}}}


def _row_tags(action: Document) -> Iterator[str]:
    for rule in action["rules"]:
        for condition in rule["config"].get("qualifications", {}).get("conditions", ()):
            if "field" in condition:
                yield condition["field"]


def _column_of(tag: str, known: Facts) -> str:
    chosen = (column for column, tags in known.columns.items() if matched_tag({"name": tag}, tags) is not None)
    return next(chosen, tag)


def _masked_columns(policy: Document) -> list[str]:
    rules: list[Document] = policy["rules"] if policy["type"] == "masking" else []
    return [column for rule in rules for column in rule["config"]["fields"]]


def _origin(store: Store, policy: Document, tag: str | None, conflict: str | None = None) -> Document:
    name = profile_name(store, policy["createdBy"])
    outcome: dict[str, Any] = {
        "tag": tag,
        "reason": None if conflict is None else "Another policy masks this column already.",
        "disabled": conflict is not None,
        "conflict": conflict,
        "createdBy": name,
        "createdByName": name,
        "certification": None if policy["certification"] is None else True,
        "changedOnApply": [],
    }
    return {key: policy[key] for key in _OF_THE_POLICY} | outcome
