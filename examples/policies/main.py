"""A governance baseline in the words of `immuta_constructs.policies`: who may subscribe, and what subscribers see.

Run `cdktf deploy --app "python examples/policies/main.py" --skip-provider-lock` in the root of this repository. The
tenant comes from the environment (IMMUTA_HOST and IMMUTA_API_KEY). The plan shows each policy as sentences, `summary`.
"""

from cdktf import App, TerraformStack
from immuta_constructs import DataPolicy, ImmutaProvider, Purpose, SubscriptionPolicy
from immuta_constructs.policies import (
    attribute_matches,
    columns_named,
    columns_tagged,
    constant,
    entitled,
    for_purpose,
    has_attribute,
    hashing,
    in_group,
    mask,
    newer_than,
    null,
    replacing,
    require_purpose,
    rounding,
    show_rows,
    show_rows_where,
    tagged,
    where,
)

app = App()
stack = TerraformStack(app, "baseline")
ImmutaProvider(stack, "immuta")

fraud = Purpose(stack, "fraud", name="Fraud Investigation")
audit = Purpose(stack, "audit", name="Audit")

personal = columns_tagged("Discovered.PII")
email = columns_tagged("Discovered.Entity.Electronic Mail Address")
revenue = columns_tagged("Finance.Revenue")
region = columns_tagged("Org.Region")
privacy_team = in_group("Privacy") | has_attribute("Clearance", "High")

# Who may subscribe.
SubscriptionPolicy(
    stack,
    "personal-data",
    policy_key="personal-data",
    name="Personal data for trained analysts",
    description="Take the training first.",
    **where(personal | email),
    **entitled(in_group("Analysts") & has_attribute("Training", "Privacy"), discoverable=True),
)

# Masking by tag: contractors see nothing, everyone else a hash, the privacy team and investigators the value.
DataPolicy(
    stack,
    "mask-personal-data",
    policy_key="mask-personal-data",
    name="Mask personal data",
    **where(personal),
    actions=[
        mask(personal, using=null())
        .for_only(in_group("Contractors"))
        .otherwise(mask(personal, using=hashing()).unless(privacy_team | for_purpose(fraud)))
        .because("Personal data is pseudonymous by default.")
    ],
)
DataPolicy(
    stack,
    "mask-contacts",
    policy_key="mask-contacts",
    name="Mask contact data",
    **where(email | columns_named("phone|mobile", ignore_case=True)),
    actions=[
        mask(email, using=replacing(".+@", "***@")).unless(privacy_team),
        mask(columns_named("phone|mobile", ignore_case=True), using=constant("REDACTED")).unless(privacy_team),
    ],
)

# Rows by attribute: everyone sees the rows of their own region; auditors see all of them.
DataPolicy(
    stack,
    "own-region",
    policy_key="own-region",
    name="Rows of one's own region",
    **where(region),
    actions=[show_rows_where(attribute_matches("Region", region)).unless(in_group("Auditors"))],
)

# Access by purpose: finance data is seen by those who act under one of these purposes.
DataPolicy(
    stack,
    "finance-purposes",
    policy_key="finance-purposes",
    name="Finance data needs a purpose",
    **where(tagged("Finance")),
    actions=[require_purpose(for_purpose(fraud) | for_purpose(audit)).because("See the records of processing.")],
)

# By time: only the last 90 days.
DataPolicy(
    stack,
    "recent-rows",
    policy_key="recent-rows",
    name="Recent finance data",
    **where(tagged("Finance") & personal),
    actions=[show_rows(newer_than(days=90)).unless(in_group("Auditors") | for_purpose(audit))],
)

# A staged roll-out: stored and readable by everybody concerned, active nowhere until `staged` is taken out.
DataPolicy(
    stack,
    "round-amounts",
    policy_key="round-amounts",
    name="Round amounts to thousands",
    **where(revenue),
    staged=True,
    actions=[mask(revenue, using=rounding(1000)).unless(in_group("Controlling"))],
)
app.synth()
