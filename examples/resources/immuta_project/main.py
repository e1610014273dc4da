"""A project for one purpose that people join after an approval."""

from cdktf import App, TerraformStack
from immuta_constructs import ImmutaProvider, Project, Purpose

app = App()
stack = TerraformStack(app, "projects")
ImmutaProvider(stack, "immuta")

research = Purpose(stack, "research", name="Research")
Project(
    stack,
    "churn",
    project_key="churn-study",
    name="Churn study",
    description="Why customers leave",
    purposes=[research],
    tags=["Discovered.PII"],
    subscription_policy={"approval": {"approvals": [{"required_permission": "GOVERNANCE"}]}},
)
app.synth()
