"""Reads a table: whether policies are applied to it, and who owns it, by whatever is inherited."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DataImmutaDataObject, ImmutaProvider, SnowflakeConnection, credentials, secret_from_env

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
sync = warehouse.sync("all", sync_all_data_objects=True)
found = DataImmutaDataObject(
    stack, "customers", connection_key=warehouse, path=["SALES", "PUBLIC", "CUSTOMERS"], depends_on=[sync]
)
TerraformOutput(stack, "policies_are_applied", value=found.sync_policy)
TerraformOutput(stack, "owners", value=found.owners)
app.synth()
