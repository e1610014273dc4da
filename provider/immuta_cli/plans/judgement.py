"""What the change of any policy means, with what stands around its rules: templates, JSON beside the attributes."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from immuta_cli.plans.conditions import Unjudged, known
from immuta_cli.plans.data_policy import data_policy, local_policies
from immuta_cli.plans.finding import Doubt, Finding, merged
from immuta_cli.plans.subscription_policy import subscription_policy

Policy = Mapping[str, Any]
Judge = Callable[[Policy | None, Policy | None], Finding]
JUDGES: Final[Mapping[str, Judge]] = {
    "immuta_data_policy": data_policy,
    "immuta_subscription_policy": subscription_policy,
    "immuta_data_source_policies": local_policies,
}
_TEMPLATE: Final = "whether a template is in force is not documented"
# Members of the API's body that nothing here depends on.
_HARMLESS: Final = frozenset({"name", "policyKey", "description"})


def judged(type_name: str, before: Policy | None, after: Policy | None) -> Finding:
    """What the change of a policy means for access.

    Parameters: `type_name`, one of `JUDGES`; `before` and `after`, the attributes of the resource as plain Python, None
    where there is no policy. Values that are known after apply are `UNKNOWN`. Where something cannot be judged, the
    finding says so; nobody gains only where that is sure.
    """
    try:
        finding = _as_template_or_not(JUDGES[type_name], before, after)
    except Unjudged as reason:
        return Finding(uncertain=[Doubt("What this change does cannot be said", str(reason))])
    beside = _beside(before, after)
    same = before and after and before.get("extra_json") == after.get("extra_json")
    return finding if beside is None or (same and finding == Finding()) else _with(finding, beside)


def _with(finding: Finding, beside: str) -> Finding:
    found = finding.all_in_doubt(beside)
    return Finding(uncertain=[Doubt("What this change does cannot be said for sure", beside), *found.uncertain])


def _as_template_or_not(judge: Judge, before: Policy | None, after: Policy | None) -> Finding:
    finding = judge(before, after)
    if not any(known(policy.get("template"), "template") for policy in (before, after) if policy):
        return finding
    active = [None if policy is None or policy.get("template") else policy for policy in (before, after)]
    return merged(finding, judge(*active), _TEMPLATE)


def _beside(before: Policy | None, after: Policy | None) -> str | None:
    """Why `extra_json` makes everything doubtful, if it does."""
    texts = [policy.get("extra_json") for policy in (before, after) if policy]
    if not any(texts):
        return None
    try:
        parsed = [json.loads(text) if text else {} for text in texts]
    except (TypeError, ValueError):
        return "extra_json cannot be read"
    if len(parsed) == 2 and parsed[0] != parsed[1]:
        return "extra_json changes, and is written over the other attributes"
    named = sorted(set(parsed[-1]) - _HARMLESS) if isinstance(parsed[-1], dict) else []
    return f"extra_json sets {', '.join(map(json.dumps, named))}, which is not judged" if named else None
