"""Everything directly in one schema that does not carry a certain tag."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DataImmutaDataObjects, ImmutaProvider, SnowflakeConnection, credentials, secret_from_env

app = App()
stack = TerraformStack(app, "search")
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
found = DataImmutaDataObjects(
    stack,
    "public",
    connection_key=warehouse,
    parent_object_path=[{"name": "SALES"}, {"name": "PUBLIC"}],
    tags={"exclude": ["Finance.Revenue"]},
    depends_on=[sync],
)
TerraformOutput(stack, "objects", value=found.data_objects)
app.synth()
