"""Two purposes, one below the other."""

from cdktf import App, TerraformStack
from immuta_constructs import ImmutaProvider, Purpose

app = App()
stack = TerraformStack(app, "purposes")
ImmutaProvider(stack, "immuta")

research = Purpose(
    stack,
    "research",
    name="Research",
    description="Understand our customers",
    acknowledgement="I will use this data for research only.",
)
Purpose(
    stack,
    "churn",
    name="Research.Churn",  # a sub-purpose has the whole path as its name and comes after its parent
    description="Why customers leave",
    k_anon_noise_reduction="Medium",
    depends_on=[research],
)
app.synth()
