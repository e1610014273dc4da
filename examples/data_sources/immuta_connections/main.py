"""Connections to Snowflake that need somebody's help."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DataImmutaConnections, ImmutaProvider

app = App()
stack = TerraformStack(app, "look-up")
ImmutaProvider(stack, "immuta")

found = DataImmutaConnections(stack, "unhealthy", technology="Snowflake", state="UNHEALTHY", sort=["updated_at:desc"])
TerraformOutput(stack, "connections", value=found.connections)
app.synth()
