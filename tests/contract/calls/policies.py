"""The calls of policies."""

from __future__ import annotations

from typing import Any

from immuta_provider.api.policies import PoliciesApi
from immuta_provider.api.transport import Client

FAMILY = PoliciesApi
MASKING: dict[str, Any] = {
    "type": "Masking",
    "config": {
        "fields": [{"type": "columnTags", "columnTag": "Discovered.PII"}],
        "maskingConfig": {"type": "Hash"},
    },
}
WRITERS: dict[str, Any] = {
    "policyKey": "writers",
    "name": "Writers",
    "type": "subscription",
    "staged": False,
    "template": False,
    "actions": [{"type": "subscription", "subscriptionType": "manual", "accessGrant": "WRITE"}],
}


def make(client: Client) -> None:
    policies = PoliciesApi(client)
    saved = policies.save({"policyKey": "called", "name": "Called", "type": "data", "actions": [{"rules": [MASKING]}]})
    assert saved.policy_id is not None
    policies.applied_to(saved.policy_id)
    policies.search(type="data", scope="global")
    policies.find("called")
    policies.delete(saved.policy_id)
    written = policies.create(WRITERS)
    assert policies.get(written.id) is not None
    policies.update(written.id, WRITERS | {"name": "Loaders"})
    policies.delete(written.id)
    handler = policies.handler(3)
    policies.write_local(3, policies.local(3) or [], None if handler is None else handler.id)
