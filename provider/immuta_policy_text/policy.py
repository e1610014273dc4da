"""Whole policies in words: data policies, subscription policies, and the policies of one data source's own."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, Literal

from immuta_policy_text.circumstances import circumstances_text
from immuta_policy_text.rules import chain_text
from immuta_policy_text.users import users_text
from immuta_policy_text.words import (
    PENDING,
    UNKNOWN,
    anything,
    as_json,
    clauses,
    each_of,
    given,
    joined,
    lines_of,
    name,
)


def policy_text(type: Literal["data", "subscription", "local"], policy: Mapping[str, Any]) -> str:  # noqa: A002 - as the API calls it
    """A policy in English, one sentence per line.

    Parameters: `type`, `data` for the attributes of `immuta_data_policy`, `subscription` for those of
    `immuta_subscription_policy`, `local` for those of `immuta_data_source_policies`, of which only `policies` counts;
    `policy`, these attributes as plain Python. Its name and key are left out, and so is what exists in Terraform only.
    Two policies that differ otherwise have different texts. Follows the V2 API, POST /api/v2/policy, and for local
    policies the V1 API, PUT /policy/handler/{dataSourceId}.
    """
    return "\n".join(TYPES[type](policy))


def _data(policy: Mapping[str, Any]) -> Iterator[str]:
    yield from _head(policy)
    actions = policy.get("actions")
    for each in [UNKNOWN] if actions is UNKNOWN else actions or ():
        yield from _action(each)
    if not actions:
        yield "Does nothing."
    yield from _certification(policy.get("certification"))
    yield from _extra(policy)


def _head(policy: Mapping[str, Any]) -> Iterator[str]:
    yield from _flag(policy.get("staged"), "Staged: active nowhere.")
    yield from _flag(policy.get("template"), "A template for other policies.")
    yield circumstances_text(policy)


def _flag(value: Any, sentence: str) -> Iterator[str]:
    if value is UNKNOWN:
        yield f"{sentence[:-1]}, or not {PENDING}."
    elif value:
        yield sentence


def _action(action: Any) -> Iterator[str]:
    if action is UNKNOWN:
        yield f"What it does: {PENDING}."
        return
    rules = action.get("rules")
    yield chain_text([UNKNOWN] if rules is UNKNOWN else list(rules or ()), *_reason(action))


def _reason(it: Mapping[str, Any]) -> Iterator[str]:
    if it.get("description") not in (None, ""):
        yield lines_of("Reason", it["description"])


def _certification(it: Any) -> Iterator[str]:
    if it is UNKNOWN:
        yield f"Whether owners must certify anything first: {PENDING}."
    elif it is not None:
        tags = each_of(it.get("tags"), name)
        about = f", about tag {joined(tags, 'and')}" if tags else ""
        yield f"Active on a data source once its owner has certified {name(it.get('label'))}{about}."
        yield lines_of("Statement", it.get("text"))


def _subscription(policy: Mapping[str, Any]) -> Iterator[str]:
    yield from _head(policy)
    forms = given(policy, FORMS)
    if not forms:
        yield "How users may subscribe is not said."
    for form, value in forms.items():
        yield from FORMS[form](value)
    yield from _grant(policy.get("access_grant"))
    yield from _flag(
        policy.get("share_responsibility"),
        "Where several policies apply, it is enough to meet this one or another that says the same.",
    )
    yield from _reason(policy)
    yield from _extra(policy)


def _anyone(it: Any) -> Iterator[str]:
    yield "Anyone may subscribe."
    yield from _automatic(it)


def _automatic(it: Any) -> Iterator[str]:
    automatic = UNKNOWN if it is UNKNOWN else it.get("automatic_subscription")
    yield from _flag(automatic, "They are subscribed automatically.")


def _approval(it: Any) -> Iterator[str]:
    found = each_of(UNKNOWN if it is UNKNOWN else it.get("approvals"), _approver)
    yield f"Users may subscribe after approval by {clauses(found, 'and') if found else 'nobody'}."


def _approver(it: Any) -> str:
    if it is UNKNOWN:
        return PENDING
    chosen = it.get("specific_approver_required")
    who = f"a user with permission {name(it.get('required_permission'))}"
    if chosen is UNKNOWN:
        return f"{who} (whom the requester names or not: {PENDING})"
    return f"{who} whom the requester names" if chosen else who


def _entitlements(it: Any) -> Iterator[str]:
    advanced = None if it is UNKNOWN else it.get("advanced")
    if advanced not in (None, ""):
        yield "Only users who meet the condition may subscribe."
        yield lines_of("Condition", advanced.strip() if isinstance(advanced, str) else advanced)
    else:
        named = it if it is UNKNOWN else {"operator": "any", **given(it, ("operator", "groups", "attributes"))}
        yield f"Only {users_text(named)} may subscribe."
    yield from _automatic(it)
    discoverable = UNKNOWN if it is UNKNOWN else it.get("allow_discovery")
    yield from _flag(discoverable, "Other users can see that the data source exists.")


def _manual(it: Any) -> Iterator[str]:
    yield from _flag(UNKNOWN if it is UNKNOWN else True, "Data owners add subscribers by hand.")


def _grant(access: Any) -> Iterator[str]:
    if access == "WRITE":
        yield "Subscribers may write."
    elif access not in (None, "READ"):
        yield f"What subscribers may do: {anything(access)}."


def _extra(policy: Mapping[str, Any]) -> Iterator[str]:
    extra = policy.get("extra_json")
    if extra not in (None, ""):
        yield "Also, in the form of the API:"
        yield lines_of("JSON", _canonical(extra))


def _canonical(text: Any) -> Any:
    """JSON in one form, a member a line; what is no JSON as it is."""
    try:
        return as_json(json.loads(text), indent=2) if isinstance(text, str) else text
    except ValueError:
        return text


def _local(policy: Mapping[str, Any]) -> Iterator[str]:
    policies = policy.get("policies")
    for each in [UNKNOWN] if policies is UNKNOWN else policies or ():
        yield from _local_policy(each)
    if not policies:
        yield "No policies of its own."


def _local_policy(it: Any) -> Iterator[str]:
    if it is UNKNOWN or it.get("json") is None:
        yield from _action(it)
    else:
        yield "A policy in the form of the API:"
        yield lines_of("JSON", _canonical(it["json"]))
        yield from _reason(it)


FORMS: Final[dict[str, Callable[[Any], Iterator[str]]]] = {
    "anyone": _anyone,
    "approval": _approval,
    "entitlements": _entitlements,
    "manual": _manual,
}
TYPES: Final[dict[str, Callable[[Mapping[str, Any]], Iterator[str]]]] = {
    "data": _data,
    "subscription": _subscription,
    "local": _local,
}
