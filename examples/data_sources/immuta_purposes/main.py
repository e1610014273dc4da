"""Lists a purpose and all that is below it."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DataImmutaPurposes, ImmutaProvider

app = App()
stack = TerraformStack(app, "look-up")
ImmutaProvider(stack, "immuta")

built_in = DataImmutaPurposes(stack, "built-in", root="Re-identification Prohibited")
TerraformOutput(stack, "built_in", value=built_in.purposes)
app.synth()
