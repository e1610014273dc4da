"""Policies for one schema of a new connection, and one of its tables with owners and tags of its own."""

from cdktf import App, TerraformStack
from immuta_constructs import ImmutaProvider, SnowflakeConnection, credentials, secret_from_env

app = App()
stack = TerraformStack(app, "data-objects")
ImmutaProvider(stack, "immuta")

warehouse = SnowflakeConnection(
    stack,
    "warehouse",
    connection_key="warehouse",
    host="org-acc.snowflakecomputing.com",
    account_id="ORG-ACC",
    warehouse="IMMUTA_WH",
    role="IMMUTA_SYSTEM",
    immuta_system_database="IMMUTA",
    credential=credentials.username_password("immuta_svc", secret_from_env("snowflake_password")),
    owner_users=[1],
)
warehouse.data_object("SALES", "PUBLIC", sync_policy=True)
warehouse.data_object(
    "SALES",
    "PUBLIC",
    "CUSTOMERS",
    owners=[{"id": "1", "type": "USER"}],
    tags=["Discovered.PII"],
)
app.synth()
