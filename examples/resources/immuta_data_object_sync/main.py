"""A sync that runs again when the release of the data model changes."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import ImmutaProvider, SnowflakeConnection, credentials, secret_from_env

app = App()
stack = TerraformStack(app, "syncs")
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
    sync_on_create=False,
)
sync = warehouse.sync(
    "release",
    sync_all_data_objects=True,
    triggers={"release": "2026.1"},
    timeouts={"create": "1h"},
)
TerraformOutput(stack, "result", value=sync.message)
app.synth()
