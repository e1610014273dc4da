"""Lists all integrations."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DataImmutaIntegrations, ImmutaProvider

app = App()
stack = TerraformStack(app, "look-up")
ImmutaProvider(stack, "immuta")

everything = DataImmutaIntegrations(stack, "all")
TerraformOutput(stack, "integrations", value=everything.integrations)
app.synth()
