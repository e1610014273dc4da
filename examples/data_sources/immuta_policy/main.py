"""Reads a policy by its key, and tells whether it is staged."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DataImmutaPolicy, DataPolicy, ImmutaProvider

app = App()
stack = TerraformStack(app, "look-up")
ImmutaProvider(stack, "immuta")

masking = {"fields": [{"column_tag": "Discovered.PII"}], "masking_config": {"hash": {}}}
policy = DataPolicy(
    stack, "hash", policy_key="hash-pii", name="Hash PII", staged=True, actions=[{"rules": [{"masking": masking}]}]
)
found = DataImmutaPolicy(stack, "found", policy_key=policy.policy_key)
TerraformOutput(stack, "staged", value=found.staged)
app.synth()
