"""A Snowflake account under Immuta: the connection, whom its objects belong to, and where policies are applied.

Run `cdktf deploy --app "python examples/snowflake/main.py" --skip-provider-lock` in the root of this repository. The
tenant comes from the environment (IMMUTA_HOST and IMMUTA_API_KEY), the private key from TF_VAR_snowflake_key: it
stands in neither the synthesised file nor the plan nor the state.
"""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import ImmutaProvider, SnowflakeConnection, credentials, secret_from_env

app = App()
stack = TerraformStack(app, "snowflake")
ImmutaProvider(stack, "immuta")

warehouse = SnowflakeConnection(
    stack,
    "warehouse",
    connection_key="warehouse",
    host="org-account.snowflakecomputing.com",
    account_id="ORG-ACCOUNT",
    warehouse="IMMUTA_WH",
    role="IMMUTA_SYSTEM",
    immuta_system_database="IMMUTA",
    credential=credentials.key_pair(
        "IMMUTA_SERVICE",
        secret_from_env("snowflake_key"),
        filename="immuta_service.p8",
        version=1,  # raise it to send a new key
    ),
    owner_users=[1],
    impersonation_role="IMMUTA_IMPERSONATION",
    exclude_user_group_pattern=["LOADER", "TRANSFORMER"],
    sync_schedule="EVERY_6_HOURS",
)

# Policies are applied to one schema and to all that is in it; one table has tags of its own.
warehouse.data_object("SALES", "PUBLIC", sync_policy=True)
warehouse.data_object("SALES", "PUBLIC", "CUSTOMERS", tags=["Discovered.PII"])

# A new release of the data model is looked for when its number changes here, without waiting for the schedule.
release = warehouse.sync("release", "SALES", triggers={"release": "2026-11"})
TerraformOutput(stack, "sync", value=release.status)

app.synth()
