"""Reads who the API key belongs to."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DataImmutaCurrentUser, ImmutaProvider

app = App()
stack = TerraformStack(app, "look-up")
ImmutaProvider(stack, "immuta")

me = DataImmutaCurrentUser(stack, "me")
TerraformOutput(stack, "service_account", value=me.name)
app.synth()
