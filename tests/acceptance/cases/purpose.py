"""How `immuta_purpose` is put to the test."""

from __future__ import annotations

from immuta_provider.resources.purpose import PurposeResource
from tests.acceptance import outside, suite

METADATA = {
    "allow_unmasked_k_anon": True,
    "adjustment_certification_text": "I certify.",
    "is_hed": True,
    "adjustment_requires_data_source_tag": "Adjustable",
}
FULL = {
    "name": "Research.Churn",
    "description": "Why customers leave",
    "acknowledgement": "I will use this data for churn work only.",
    "k_anon_noise_reduction": "Medium",
    "re_acknowledge_required": True,
    "display_acknowledgement": False,
    "policy_metadata": METADATA,
    "extra_json": '{"policyMetadata": {"isHED": true}}',
    "deletion_protection": False,
    "depends_on": ["immuta_purpose.parent"],
}

STORED = {
    "kAnonNoiseReduction": "Medium",
    "allowUnmaskedKAnon": True,
    "adjustmentCertificationText": "I certify.",
    "isHED": True,
    "adjustmentRequiresDataSourceTag": "Adjustable",
}

CASE = suite.Case(
    resource=PurposeResource,
    identity="name",
    requires={"immuta_purpose": {"parent": {"name": "Research"}}},
    minimal={"name": "Retention"},
    full=FULL,
    updates={
        "description": {"description": "Why they stay"},
        "acknowledgement": {"acknowledgement": "Churn work, and nothing else."},
        "k_anon_noise_reduction": {"k_anon_noise_reduction": "Very Small"},
        "re_acknowledge_required": {"re_acknowledge_required": False},
        "display_acknowledgement": {"display_acknowledgement": True},
        "extra_json": {"extra_json": '{"policyMetadata": {}}'},
        "policy_metadata.allow_unmasked_k_anon": {"policy_metadata": {**METADATA, "allow_unmasked_k_anon": False}},
        "policy_metadata.adjustment_certification_text": {
            "policy_metadata": {**METADATA, "adjustment_certification_text": "I do."}
        },
        "policy_metadata.is_hed": {"policy_metadata": {**METADATA, "is_hed": False}},
        "policy_metadata.adjustment_requires_data_source_tag": {
            "policy_metadata": {**METADATA, "adjustment_requires_data_source_tag": "Other"}
        },
        "name": {"name": "Research.Loyalty"},
    },
    replaces=frozenset({"name"}),
    drifts={
        "description": outside.change_purpose(
            "Research.Churn", displayAcknowledgement=False, description="changed outside"
        ),
        "acknowledgement": outside.change_purpose(
            "Research.Churn", displayAcknowledgement=False, acknowledgement="changed outside"
        ),
        "k_anon_noise_reduction": outside.change_purpose(
            "Research.Churn", displayAcknowledgement=False, policyMetadata={**STORED, "kAnonNoiseReduction": "Large"}
        ),
        "display_acknowledgement": outside.change_purpose("Research.Churn", displayAcknowledgement=True),
        "policy_metadata.allow_unmasked_k_anon": outside.change_purpose(
            "Research.Churn", displayAcknowledgement=False, policyMetadata={**STORED, "allowUnmaskedKAnon": False}
        ),
        "policy_metadata.adjustment_certification_text": outside.change_purpose(
            "Research.Churn",
            displayAcknowledgement=False,
            policyMetadata={**STORED, "adjustmentCertificationText": "changed outside"},
        ),
        "policy_metadata.adjustment_requires_data_source_tag": outside.change_purpose(
            "Research.Churn",
            displayAcknowledgement=False,
            policyMetadata={**STORED, "adjustmentRequiresDataSourceTag": "changed outside"},
        ),
    },
    gone=outside.delete_purpose("Research.Churn"),
    import_ids=("Research.Churn", "key:Research.Churn", None),
    after_import=frozenset({"re_acknowledge_required", "extra_json"}),
    covered_by={
        "policy_metadata.is_hed": "test_extra_json_is_compared_at_its_paths",
        "extra_json": "test_extra_json_is_compared_at_its_paths",
    },
    refused_keys=("", "..", "a..b", ".a", "a.", " a", "a ", "a. b"),
    texts=lambda text: {
        "policy_metadata": {"adjustment_certification_text": text, "adjustment_requires_data_source_tag": text}
    },
)
