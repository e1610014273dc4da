"""Reads a connection by its key."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DataImmutaConnection, ImmutaProvider, SnowflakeConnection, credentials, secret_from_env

app = App()
stack = TerraformStack(app, "look-up")
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
found = DataImmutaConnection(stack, "found", connection_key=warehouse)
TerraformOutput(stack, "state", value=found.state)
TerraformOutput(stack, "working", value=found.active_tasks)
app.synth()
