"""The global data policies whose name has "PII" in it."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DataImmutaPolicies, ImmutaProvider

app = App()
stack = TerraformStack(app, "search")
ImmutaProvider(stack, "immuta")

found = DataImmutaPolicies(stack, "pii", search="PII", type="data", policy_scope="global")
TerraformOutput(stack, "policies", value=found.policies)
app.synth()
