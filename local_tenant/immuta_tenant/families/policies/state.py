"""Global policies as they are stored, and their rules.

A key belongs to one live policy, deletion is soft and frees the key, what the system made cannot be changed. The
documents are in the house spelling of V1 (`canonical`); `selection` says which data sources a policy is for, because
null circumstances mean either.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Literal

from pydantic import BaseModel, ValidationError

from immuta_tenant.authentication import first_user
from immuta_tenant.errors import bad_request, conflict, not_found
from immuta_tenant.families.iam.state import SYSTEM_PROFILE
from immuta_tenant.families.policies import canonical
from immuta_tenant.families.policies.schema_rules import ANY_PURPOSE
from immuta_tenant.families.purposes.state import live as live_purpose
from immuta_tenant.kinds import POLICY
from immuta_tenant.store import Document, Store
from immuta_tenant.tenant import Tenant
from immuta_tenant.timestamps import timestamp
from immuta_tenant.validation import VARIANT, validated

Selection = Literal["matching", "all", "owner"]
_SYSTEM_POLICY = "New Column Added"


def seed(tenant: Tenant) -> None:
    """Create the policy that every tenant has, unless it is there."""
    if not tenant.store.find(POLICY, _SYSTEM_POLICY):
        masking = {"type": "Consistent Value", "metadata": {"constant": None}}
        attributes = _sample_data("New", masking) | {"name": _SYSTEM_POLICY}
        create(tenant.store, SYSTEM_PROFILE, _SYSTEM_POLICY, attributes, "matching", system=True)


def add_samples(tenant: Tenant, count: int) -> int:
    """Create the policies `sample-00001` to the one of this number that are not there; returns how many were made.

    Odd ones are data policies, even ones subscription policies. They are for tags that nothing has.
    """
    owner = first_user(tenant.settings)
    keys = {f"sample-{number:05d}": number for number in range(1, count + 1)}
    missing = {key: number for key, number in keys.items() if by_key(tenant.store, key) is None}
    for key, number in missing.items():
        tag = f"Sample.Tag {number:05d}"
        masking: Document = {"type": "Consistent Value", "metadata": {}}
        attributes = _sample_data(tag, masking) if number % 2 else _sample_subscription(tag, number)
        create(tenant.store, owner.profile, key, attributes | {"name": f"Sample {number:05d}"}, "matching")
    return len(missing)


def by_key(store: Store, key: str) -> Document | None:
    """Return the live policy of a key."""
    return next((policy for policy in store.find(POLICY, key) if not policy["deleted"]), None)


def live(store: Store) -> list[Document]:
    """Return the policies that are not deleted, by id."""
    return [policy for policy in store.all(POLICY) if not policy["deleted"]]


def by_id(store: Store, identifier: int) -> Document:
    """Return a live policy; raise a 404 when there is none."""
    policy = store.get(POLICY, identifier)
    if policy is None or policy["deleted"]:
        raise not_found(f"Policy {identifier} not found")
    return policy


def create(
    store: Store, profile: int, key: str, attributes: Document, selection: Selection, *, system: bool = False
) -> Document:
    """Create a policy from its stated V1 attributes in the house spelling.

    Raises:
        ApiError: 409 when a live policy has the key; 400 for an unknown purpose.
    """
    if by_key(store, key) is not None:
        raise conflict(f"A policy with the key {key} exists already.")
    stated = canonical.normalised(attributes)
    _require_purposes(store, stated, set())
    now = timestamp()
    server: Document = {
        "metadata": None,
        "clonedFrom": None,
        "systemGenerated": system,
        "deleted": False,
        "createdBy": profile,
        "createdAt": now,
        "updatedAt": now,
    }
    return store.insert(POLICY, {"policyKey": key} | stated | {"selection": selection} | server)


def change(store: Store, policy: Document, attributes: Document, selection: Selection, key: str | None) -> Document:
    """State all V1 attributes of a policy anew.

    Raises:
        ApiError: 400 for the system's policy, another type or an unknown purpose; 409 when another has the key.
    """
    require_changeable(policy)
    if attributes["type"] != policy["type"]:
        raise bad_request(f"The type of the policy {policy['policyKey']} cannot be changed; it is {policy['type']}.")
    key = key or policy["policyKey"]
    other = by_key(store, key)
    if other is not None and other["id"] != policy["id"]:
        raise conflict(f"A policy with the key {key} exists already.")
    stated = canonical.normalised(attributes)
    _require_purposes(store, stated, set(_purposes(policy)))
    changed = policy | stated | {"policyKey": key, "selection": selection, "updatedAt": timestamp()}
    return store.save(POLICY, changed)


def delete(store: Store, policy: Document) -> None:
    """Delete a policy softly; raise a 400 for the system's."""
    require_changeable(policy)
    store.save(POLICY, policy | {"deleted": True, "updatedAt": timestamp()})


def require_changeable(policy: Document) -> None:
    """Raise a 400 for the policy that the system has made."""
    if policy["systemGenerated"]:
        raise bad_request(f"The policy {policy['name']} is system generated and cannot be changed.")


def understood(tenant: Tenant, model: type[BaseModel], value: Any) -> Any:
    """Return a body as a model; where the settings say so, attributes that are not known are forgotten before.

    Raises:
        ApiError: 400, naming the first attribute that is wrong.
    """
    value = copy.deepcopy(value)
    while tenant.settings.accept_unknown_policy_attributes:
        unknown = _unknown(model, value)
        if not unknown:
            break
        for place in unknown:
            _forget(value, place)
    return validated(model, value)


def _unknown(model: type[BaseModel], value: Any) -> list[list[str | int]]:
    try:
        model.model_validate(value)
    except ValidationError as error:
        places = [item["loc"] for item in error.errors() if item["type"] == "extra_forbidden"]
        return [[part for part in place if not str(part).startswith(VARIANT)] for place in places]
    return []


def _forget(value: Any, place: list[str | int]) -> None:
    for part in place[:-1]:
        value = value[part]
    value.pop(place[-1], None)


def _require_purposes(store: Store, stated: Document, known: set[str]) -> None:
    for name in _purposes(stated):
        if name not in known and name != ANY_PURPOSE and live_purpose(store, name) is None:
            raise bad_request(f"The purpose {name} does not exist.")


def _purposes(policy: Document) -> Iterator[str]:
    rules = [rule for action in policy["actions"] for rule in action.get("rules", ())]
    for rule in rules:
        for users in (rule["exceptions"], rule.get("inclusions"), rule["config"].get("qualifications")):
            for condition in (users or {}).get("conditions", ()):
                if condition["type"] == "purposes" and "value" in condition:
                    yield condition["value"]


def _circumstance(tag: str) -> Document:
    return {"circumstances": [{"type": "columnTags", "operator": "or", "columnTag": {"name": tag}}]}


def _sample_data(tag: str, masking: Document) -> Document:
    config = {"fields": [{"name": tag, "source": "curated"}], "maskingConfig": masking}
    action = {"type": "masking", "rules": [{"type": "masking", "config": config}]}
    return {"type": "data", "actions": [action]} | _circumstance(tag)


def _sample_subscription(tag: str, number: int) -> Document:
    group = {"type": "groups", "group": {"name": f"Sample Group {number:05d}"}}
    entitled = {"operator": "or", "conditions": [group]}
    action = {"type": "subscription", "subscriptionType": "policy", "exceptions": entitled}
    return {"type": "subscription", "actions": [action]} | _circumstance(tag)
