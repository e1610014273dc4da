"""A plan explained: each policy before and after in words with what its change means, and all else in one line each."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from immuta_cli.plans.finding import Doubt, Finding, Verdict
from immuta_cli.plans.interplay import Neighbours
from immuta_cli.plans.judgement import JUDGES, judged
from immuta_cli.plans.plan_file import Change, Plan
from immuta_cli.plans.values import Secrets, shown
from immuta_policy_text import UNKNOWN, policy_text
from immuta_policy_text.words import shown as quoted

_TEXTS: Final[Mapping[str, Any]] = {
    "immuta_data_policy": "data",
    "immuta_subscription_policy": "subscription",
    "immuta_data_source_policies": "local",
}
# What the policy text tells, what is the server's, and what is told in other words.
_TOLD: Final = frozenset({"id", "summary", "stored_form"})
IN_TEXT: Final = frozenset(
    {"name", "policy_key", "data_source_id", "circumstances", "circumstance_operator", "owner_selected"}
    | {"owner_restrictions", "staged", "template", "actions", "certification", "extra_json", "description", "anyone"}
    | {"approval", "entitlements", "manual", "access_grant", "share_responsibility", "policies"}
)
_LABELS: Final = ("name", "policy_key", "project_key", "connection_key", "data_source_id")
_UNREAD: Final = "that form of the policy cannot be read from Immuta"
_GAP: Final = "the old one is deleted first"
_NO_GAP: Final = "; `lifecycle { create_before_destroy = true }` would create the new one first"
_ONE_KEY: Final = "`create_before_destroy` needs another key"
_SELECTED: Final = "data owners select each policy for itself"
_CERTIFIED: Final = "until they have certified the new one, it may not be in force"


@dataclass(frozen=True)
class Explained:
    """One object of the plan; a policy has texts, a finding, and those `beside` it that mask the same columns."""

    change: Change
    label: str
    key: str
    changed: tuple[str, ...]
    before: str | None = None
    after: str | None = None
    finding: Finding = field(default_factory=Finding)
    beside: tuple[tuple[str, str], ...] = ()

    @property
    def diff(self) -> list[str]:
        """Before and after, line by line; each line begins with `-`, `+` or a space."""
        old, new = ((text or "").splitlines() for text in (self.before, self.after))
        found = list(difflib.unified_diff(old, new, n=len(old) + len(new), lineterm=""))
        return found[3:] or [f" {line}" for line in new]


@dataclass(frozen=True)
class Explanation:
    """All that is said of a plan."""

    policies: tuple[Explained, ...]
    others: tuple[Explained, ...]
    drift: tuple[Explained, ...]
    untouched: int
    plan: Plan

    @property
    def counts(self) -> Counter[Verdict]:
        """How many policies there are of each verdict."""
        return Counter(policy.finding.verdict for policy in self.policies)

    @property
    def verdict(self) -> Verdict:
        """The first verdict, in the order of their weight, that a policy has."""
        return next((each for each in Verdict if self.counts[each]), Verdict.UNCHANGED)


def explained(plan: Plan) -> Explanation:
    """Explain a plan."""
    suspects = {change.address for change in plan.drift if _stored_form_changed(change)}
    touched = [change for change in plan.changes if change.action != "none"]
    found = [_explained(change, change.address in suspects) for change in touched]
    order = list(Verdict)
    neighbours = Neighbours(plan.changes)
    policies = [replace(each, beside=neighbours.of(each.change)) for each in found if each.change.type in JUDGES]
    return Explanation(
        policies=tuple(sorted(policies, key=lambda each: (order.index(each.finding.verdict), each.change.address))),
        others=tuple(each for each in found if each.change.type not in JUDGES),
        drift=tuple(_explained(change, change.address in suspects) for change in plan.drift),
        untouched=len(plan.changes) - len(touched),
        plan=plan,
    )


def _explained(change: Change, suspect: bool) -> Explained:
    secrets = Secrets()
    secrets.note(change.before, change.before_sensitive)
    secrets.note(change.after, change.after_sensitive)
    before = _values(change.before, False, change.before_sensitive, secrets)
    after = _values(change.after, change.after_unknown, change.after_sensitive, secrets)
    changed = _changed(before, after) if before and after else ()
    if change.type not in JUDGES:
        return Explained(change, _label(after or before), "", changed)
    if change.action == "forget":
        after = before
    return Explained(
        change,
        _label(after or before),
        _printable((after or before or {}).get("policy_key", "")),
        changed,
        *_texts(change, before, after),
        finding=_finding(change, before, after, suspect),
    )


def _values(given: dict[str, Any] | None, unknown: Any, sensitive: Any, secrets: Secrets) -> dict[str, Any] | None:
    if given is None:
        return None
    found = shown(given, unknown, sensitive, secrets)
    return dict.fromkeys(given, UNKNOWN) if found is UNKNOWN else found


def _changed(before: dict[str, Any], after: dict[str, Any]) -> tuple[str, ...]:
    names = dict.fromkeys([*before, *after])
    return tuple(sorted(name for name in names if name not in _TOLD and before.get(name) != after.get(name)))


def _label(values: dict[str, Any] | None) -> str:
    return next((_printable(values[name]) for name in _LABELS if values and values.get(name) is not None), "")


def _printable(value: Any) -> str:
    return quoted(value)[1:-1].replace('\\"', '"') if isinstance(value, str) else "(known after apply)"


def _texts(
    change: Change, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> tuple[str | None, str | None]:
    heads = [
        [f"{title}: {_printable(policy[name])}" for title, name in _HEADS if policy and policy.get(name)]
        for policy in (before, after)
    ]
    differ = heads[0] != heads[1] and all(heads)
    texts = []
    for policy, head in zip((before, after), heads, strict=True):
        text = None if policy is None else policy_text(_TEXTS[change.type], policy)
        texts.append(text if text is None or not differ else "\n".join([*head, text]))
    return texts[0], texts[1]


_HEADS: Final = (("Name", "name"), ("Key", "policy_key"), ("Data source", "data_source_id"))


def _finding(change: Change, before: dict[str, Any] | None, after: dict[str, Any] | None, suspect: bool) -> Finding:
    if change.identical:
        return Finding()
    finding = _judged(change, before, after)
    if before and change.imported and before.get("stored_form"):
        finding = finding.all_in_doubt(_UNREAD)
        finding.uncertain.append(Doubt("What Immuta has there before may be something else than is shown", _UNREAD))
    elif before and after and (suspect or (change.action == "update" and _only_stored_form(before, after))):
        text = "Somebody changed the policy outside of Terraform, in a part that is not shown; it is written again"
        finding.uncertain.append(Doubt(text, _UNREAD))
    if change.action == "replace" and before and after:
        finding.uncertain += _replaced(change, before, after)
    return finding


def _replaced(change: Change, before: dict[str, Any], after: dict[str, Any]) -> Iterator[Doubt]:
    """What the new policy does not take over from the old one, and what is in between."""
    one_key = all(before.get(name) == after.get(name) for name in ("policy_key", "data_source_id"))
    if change.create_first and one_key:
        yield Doubt("Both policies have one key, so in Immuta they are one, and it is deleted in the end", _ONE_KEY)
    if before.get("staged"):
        return
    if not change.create_first:
        why = _GAP if one_key else _GAP + _NO_GAP
        yield Doubt("For a moment neither the old policy nor the new one is in force", why)
    if before.get("owner_selected") and after.get("owner_selected"):
        yield Doubt("The new policy is active nowhere until data owners select it, as they did the old one", _SELECTED)
    if before.get("certification") and after.get("certification"):
        yield Doubt("Data owners have certified the old policy, and not the new one", _CERTIFIED)


def _judged(change: Change, before: dict[str, Any] | None, after: dict[str, Any] | None) -> Finding:
    if change.type != "immuta_data_source_policies":
        return judged(change.type, before, after)
    ids = [policy.get("data_source_id") for policy in (before, after) if policy]
    if len(set(map(str, ids))) == 1:
        return _on(judged(change.type, before, after), ids[0])
    gone, come = _on(judged(change.type, before, None), ids[0]), _on(judged(change.type, None, after), ids[1])
    return Finding(gone.gains + come.gains, gone.loses + come.loses, gone.uncertain + come.uncertain)


def _on(finding: Finding, number: Any) -> Finding:
    where = f"data source {number if isinstance(number, str) else '(known after apply)'}"
    gains, loses = ([replace(each, where=where) for each in found] for found in (finding.gains, finding.loses))
    return Finding(gains, loses, finding.uncertain)


def _only_stored_form(before: dict[str, Any], after: dict[str, Any]) -> bool:
    return after.get("stored_form") is UNKNOWN and not _changed(before, after)


def _stored_form_changed(change: Change) -> bool:
    return (change.before or {}).get("stored_form") != (change.after or {}).get("stored_form")
