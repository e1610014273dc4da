"""Two studies and what their data may be used for: three purposes, and two projects that refer to them.

Run `cdktf deploy --skip-provider-lock` in the root of this repository. The tenant comes from the environment:
IMMUTA_HOST and IMMUTA_API_KEY.
"""

from cdktf import App, TerraformStack
from immuta_constructs import ImmutaProvider, Project, Purpose

app = App()
stack = TerraformStack(app, "quickstart")
ImmutaProvider(stack, "immuta")

research = Purpose(
    stack,
    "research",
    name="Research",
    description="Questions about our product, answered with customer data",
    acknowledgement="I use this data for research only, and I do not contact the people in it.",
)
# The name of a sub-purpose is its full path; depends_on makes Terraform create the parent first.
churn = Purpose(stack, "research-churn", name="Research.Churn", depends_on=[research])
billing = Purpose(stack, "billing", name="Billing", description="Invoices and what is needed to write them")

Project(
    stack,
    "churn-study",
    project_key="churn-study",
    name="Churn study",
    description="Why customers leave",
    purposes=[research, churn],  # the objects themselves: a renamed purpose is renamed here, too
    subscription_policy={"approval": {"approvals": [{"required_permission": "GOVERNANCE"}]}},
)
Project(stack, "invoice-quality", project_key="invoice-quality", name="Invoice quality", purposes=[billing])

app.synth()
