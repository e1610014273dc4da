"""Reads a project by its key."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DataImmutaProject, ImmutaProvider, Project

app = App()
stack = TerraformStack(app, "look-up")
ImmutaProvider(stack, "immuta")

study = Project(stack, "study", project_key="churn-study", name="Churn study")
found = DataImmutaProject(stack, "found", project_key=study.project_key)
TerraformOutput(stack, "purposes", value=found.purposes)
app.synth()
