"""How `immuta_data_policy` is put to the test; the grammar of its actions has tests of its own."""

from __future__ import annotations

from typing import Any

from immuta_provider.resources.data_policy import DataPolicyResource
from tests.acceptance import grammar, outside, suite

KEY = "Mask PII: v2"
HASH: list[dict[str, Any]] = [
    {
        "description": "Personal data is hashed",
        "rules": [
            {
                "masking": {"fields": [{"column_tag": "Discovered.PII"}], "masking_config": {"hash": {}}},
                "exceptions": {"groups": ["Privacy"]},
            }
        ],
    }
]
NULLIFY = [
    {
        "description": "Personal data is hidden",
        "rules": [{"masking": {"fields": [{"column_tag": "Discovered.PII"}], "masking_config": {"nullify": {}}}}],
    }
]
TWO = [{"tag": "Finance"}, {"column_tag": "Discovered.PII"}]
FULL = {
    "policy_key": KEY,
    "name": "Mask PII",
    "actions": HASH,
    "circumstances": TWO,
    "circumstance_operator": "all",
    "staged": True,
    "template": False,
    "certification": {"label": "Checked", "text": "All columns carry the tag.", "tags": ["Discovered.PII"]},
    "re_certify": True,
    "deletion_protection": False,
    "extra_json": "{}",
}
IN_GRAMMAR = "test_every_policy"

CASE = suite.Case(
    resource=DataPolicyResource,
    identity="policy_key",
    minimal={"policy_key": "minimal", "name": "Minimal", "actions": NULLIFY},
    full=FULL,
    updates={
        "name": {"name": "Mask all PII"},
        "actions": {"actions": NULLIFY},
        "actions again": {"actions": HASH},
        "circumstance_operator": {"circumstance_operator": "any"},
        "circumstances": {"circumstances": [*TWO, {"any_tag": {}}]},
        "re_certify": {"re_certify": False},
        "staged": {"staged": False},
        "extra_json": {"extra_json": '{"staged": false}'},
        "policy_key": {"policy_key": "Mask PII: v3"},
    },
    replaces=frozenset({"policy_key"}),
    drifts={
        "name": outside.change_global_policy(KEY, name="changed outside"),
        "actions.description": outside.change_global_policy_action(KEY, description="changed outside"),
        "certification.label": outside.change_certification(KEY, label="changed outside"),
        "certification.text": outside.change_certification(KEY, text="changed outside"),
        "certification.tags": outside.change_certification(KEY, tags=["Finance"]),
        "staged": outside.change_global_policy(KEY, staged=False),
        "template": outside.change_global_policy(KEY, template=True),
    },
    gone=outside.delete_global_policy(KEY),
    import_ids=(KEY, f"key:{KEY}", None),
    after_import=frozenset({"re_certify", "extra_json"}),
    covered_by=dict.fromkeys((*grammar.covered("immuta_data_policy"), "stored_form"), IN_GRAMMAR)
    | {"extra_json": "test_extra_json"},
    tests="test_policies.py",
    refused_keys=("",),
    texts=lambda text: {
        "actions": [
            {
                "rules": [
                    {
                        "masking": {"fields": [{"column_tag": text}], "masking_config": {"constant": text}},
                        "exceptions": {"groups": [text]},
                    }
                ],
                "description": text,
            },
        ]
    },
    opaque=frozenset({"actions", "circumstances", "circumstance_operator", "stored_form"}),
)
