"""V1 bodies: from the spelling of the tenant, through the validation, to what is stored."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from immuta_tenant.errors import bad_request
from immuta_tenant.families.policies import shapes
from immuta_tenant.families.policies.schema_v1 import LocalPolicy, V1DataPolicy, V1SubscriptionPolicy
from immuta_tenant.families.policies.state import Selection, understood
from immuta_tenant.store import Document
from immuta_tenant.tenant import Tenant


@dataclass(frozen=True)
class Stated:
    """What a V1 body says: the attributes in the house spelling, the data sources it is for, and its key if any."""

    attributes: Document
    selection: Selection
    key: str | None


def policy(tenant: Tenant, body: Document, existing: Document | None = None) -> Stated:
    """Return what a body says about a global policy.

    Parameters:
        tenant: its shape says how the body is spelled.
        body: a create body, or a policy as it was read.
        existing: the policy that is updated.

    Raises:
        ApiError: 400, naming the first attribute that is wrong.
    """
    spelled = shapes.read(tenant.store, body, tenant.settings.policy_shape)
    model = V1SubscriptionPolicy if spelled.get("type") == "subscription" else V1DataPolicy
    attributes = understood(tenant, model, spelled).model_dump(exclude_unset=True, by_alias=True)
    for action in attributes["actions"]:
        _require_fields(action, local=False)
    return Stated(attributes, _selection(attributes, existing), attributes.get("policyKey"))


def local_action(tenant: Tenant, body: Any) -> Document:
    """Return a local policy in the house spelling.

    Raises:
        ApiError: 400, naming the first attribute that is wrong.
    """
    spelled = shapes.read_action(body, tenant.settings.policy_shape)
    action: Document = understood(tenant, LocalPolicy, spelled).model_dump(exclude_unset=True, by_alias=True)
    _require_fields(action, local=True)
    return action


def _selection(attributes: Document, existing: Document | None) -> Selection:
    if "circumstances" not in attributes:
        return "all"
    if attributes["circumstances"] is not None:
        return "matching"
    # Null is read for "all data sources" as well. A policy that comes back as it was read, with its id, means what
    # it meant; a body of create attributes means what the documents say: where an owner selects it.
    was_null = existing is not None and existing["circumstances"] is None
    if existing is not None and was_null and "id" in attributes:
        return "all" if existing["selection"] == "all" else "owner"
    return "owner"


def _require_fields(action: Document, *, local: bool) -> None:
    for rule in action.get("rules", ()):
        for field in rule["config"].get("fields", ()) if rule["type"] == "masking" else ():
            if isinstance(field, str) != local:
                wanted = "column names" if local else "tags or other selectors of columns"
                raise bad_request(f'"fields" must be {wanted} in a {"local" if local else "global"} policy')
