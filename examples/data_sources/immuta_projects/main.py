"""Lists projects by a part of their names."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DataImmutaProjects, ImmutaProvider

app = App()
stack = TerraformStack(app, "look-up")
ImmutaProvider(stack, "immuta")

studies = DataImmutaProjects(stack, "studies", name_contains="study")
TerraformOutput(stack, "found", value=studies.projects)
app.synth()
