"""The syncs of a connection that failed, with the reason."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import (
    DataImmutaConnectionTasks,
    ImmutaProvider,
    SnowflakeConnection,
    credentials,
    secret_from_env,
)

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
failed = DataImmutaConnectionTasks(
    stack,
    "failed",
    connection_key=warehouse,
    type="DATA_OBJECT_SYNC",
    status="FAILED",
    include_runs=True,
)
TerraformOutput(stack, "tasks", value=failed.tasks)
app.synth()
