"""How `immuta_subscription_policy` is put to the test; the forms of subscription have tests of their own."""

from __future__ import annotations

from immuta_provider.resources.subscription_policy import SubscriptionPolicyResource
from tests.acceptance import grammar, outside, suite
from tests.acceptance.cases.data_policy import IN_GRAMMAR

KEY = "claims for adjusters. EU"
ENTITLED = {
    "operator": "any",
    "groups": ["Adjusters", "Auditors"],
    "attributes": [{"name": "Clearance", "value": "Claims"}],
    "automatic_subscription": True,
    "allow_discovery": True,
}
FULL = {
    "policy_key": KEY,
    "name": "Claims",
    "description": "For those who work on claims",
    "entitlements": ENTITLED,
    "circumstances": [{"column_tag": "Discovered.PII"}],
    "staged": False,
    "template": False,
    "access_grant": "READ",
    "share_responsibility": False,
    "deletion_protection": False,
    "extra_json": "{}",
}

SHARED_WITH_DATA_POLICIES = [
    name for name in grammar.covered("immuta_data_policy") if name.startswith(("circumstance", "owner_"))
]

CASE = suite.Case(
    resource=SubscriptionPolicyResource,
    identity="policy_key",
    minimal={"policy_key": "minimal", "name": "Minimal", "manual": {}},
    full=FULL,
    updates={
        "name": {"name": "All claims"},
        "description": {"description": "For adjusters"},
        "entitlements": {"entitlements": {**ENTITLED, "groups": ["Adjusters"]}},
        "circumstances": {"circumstances": [{"tag": "Finance"}]},
        "staged": {"staged": True},
        "extra_json": {"extra_json": '{"staged": true}'},
        "access_grant": {"access_grant": "WRITE", "extra_json": "{}"},  # written with V1, which takes no extra_json
        "share_responsibility": {"share_responsibility": True},
        "policy_key": {"policy_key": "claims for adjusters. US"},
    },
    replaces=frozenset({"policy_key"}),
    drifts={
        "name": outside.change_global_policy(KEY, name="changed outside"),
        "description": outside.change_global_policy_action(KEY, description="changed outside"),
        "staged": outside.change_global_policy(KEY, staged=True),
        "template": outside.change_global_policy(KEY, template=True),
        "access_grant": outside.change_global_policy_action(KEY, accessGrant="WRITE"),
        "share_responsibility": outside.change_global_policy_action(KEY, shareResponsibility=True),
    },
    gone=outside.delete_global_policy(KEY),
    import_ids=(KEY, f"key:{KEY}", None),
    after_import=frozenset({"extra_json"}),
    covered_by=dict.fromkeys(
        (*grammar.covered("immuta_subscription_policy"), *SHARED_WITH_DATA_POLICIES, "stored_form"), IN_GRAMMAR
    )
    | {"extra_json": "test_extra_json"},
    tests="test_policies.py",
    keys=(),  # both types of policies have one space of keys, which those of data policies fill
    refused_keys=("",),
    opaque=frozenset({"entitlements", "circumstances", "stored_form"}),
)
