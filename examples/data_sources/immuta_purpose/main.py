"""Reads a purpose that Immuta brings along."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DataImmutaPurpose, ImmutaProvider

app = App()
stack = TerraformStack(app, "look-up")
ImmutaProvider(stack, "immuta")

safe_harbor = DataImmutaPurpose(stack, "safe-harbor", name="Re-identification Prohibited.Safe Harbor Method")
TerraformOutput(stack, "statement", value=safe_harbor.acknowledgement)
app.synth()
