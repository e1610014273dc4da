"""Two policies of one data source's own; what global policies do to it stays as it is."""

from cdktf import App, TerraformStack
from immuta_constructs import DataSourcePolicies, ImmutaProvider

app = App()
stack = TerraformStack(app, "ledger")
ImmutaProvider(stack, "immuta")

DataSourcePolicies(
    stack,
    "ledger",
    data_source_id="3",
    policies=[
        {
            "description": "Account numbers are hidden.",
            "rules": [
                {
                    "masking": {"columns": ["iban"], "masking_config": {"constant": "REDACTED"}},
                    "exceptions": {"groups": ["Accounting"]},
                }
            ],
        },
        {"rules": [{"row_restriction_by_user_entitlements": {"matches": [{"group": {"column": "region"}}]}}]},
    ],
)
app.synth()
