"""Open reference data, and personal data for those who are cleared for it."""

from cdktf import App, TerraformStack
from immuta_constructs import ImmutaProvider, SubscriptionPolicy

app = App()
stack = TerraformStack(app, "subscription-policies")
ImmutaProvider(stack, "immuta")

# Everybody may read reference data, and is subscribed at once.
SubscriptionPolicy(
    stack,
    "reference",
    policy_key="open-reference-data",
    name="Open reference data",
    description="Reference tables are open to everybody.",
    circumstances=[{"tag": "Finance"}],
    anyone={"automatic_subscription": True},
)

# Analysts with a clearance may read what holds personal data. Staged: active nowhere until that is taken out.
SubscriptionPolicy(
    stack,
    "personal",
    policy_key="personal-data",
    name="Personal data for cleared analysts",
    staged=True,
    circumstance_operator="any",
    circumstances=[
        {"column_tag": "Discovered.PII"},
        {"column_regex": {"regex": "^(e?mail|phone)$", "case_insensitive": True}},
    ],
    entitlements={
        "operator": "all",
        "groups": ["Analysts"],
        "attributes": [{"name": "Clearance", "value": "Personal"}],
        "allow_discovery": True,
    },
)
app.synth()
