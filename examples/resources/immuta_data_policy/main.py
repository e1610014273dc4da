"""Personal data is masked; rows are shown to their own department."""

from cdktf import App, TerraformStack
from immuta_constructs import DataPolicy, ImmutaProvider, Purpose

app = App()
stack = TerraformStack(app, "data-policies")
ImmutaProvider(stack, "immuta")

fraud = Purpose(stack, "fraud", name="Fraud Investigation")
pii = [{"column_tag": "Discovered.PII"}]

# Contractors see nothing, everyone else a hash, the privacy team and fraud investigators the value.
DataPolicy(
    stack,
    "mask-pii",
    policy_key="mask-pii",
    name="Mask PII",
    circumstances=pii,
    actions=[
        {
            "description": "Personal data is masked.",
            "rules": [
                {
                    "masking": {"fields": pii, "masking_config": {"nullify": {}}},
                    "inclusions": {"groups": ["Contractors"]},
                },
                {
                    "masking": {"fields": pii, "masking_config": {"hash": {}}},
                    "exceptions": {"operator": "any", "groups": ["Privacy"], "purposes": [fraud.name]},
                },
            ],
        }
    ],
)

# Everyone sees the rows of their own department; auditors see all of them.
department = {"attribute": "Department", "tag": "Finance.Revenue"}
DataPolicy(
    stack,
    "own-department",
    policy_key="own-department",
    name="Rows of one's own department",
    circumstances=[{"column_tag": "Finance.Revenue"}],
    actions=[
        {
            "rules": [
                {
                    "row_restriction_by_user_entitlements": {"matches": [{"attribute": department}]},
                    "exceptions": {"groups": ["Auditors"]},
                }
            ]
        }
    ],
)
app.synth()
