"""A connection to Snowflake, whose password stands in neither the synthesised file nor plan nor state."""

from cdktf import App, TerraformStack
from immuta_constructs import Connection, ImmutaProvider, secret_from_env

app = App()
stack = TerraformStack(app, "connections")
ImmutaProvider(stack, "immuta")

Connection(
    stack,
    "warehouse",
    connection_key="warehouse",
    snowflake={
        "client_configuration": {
            "host": "org-acc.snowflakecomputing.com",
            "warehouse": "IMMUTA_WH",
            "role": "IMMUTA_SYSTEM",
            "account_id": "ORG-ACC",
            "immuta_system_database": "IMMUTA",
            "credential": {
                "username_password": {
                    "username": "immuta_svc",
                    "password_wo": secret_from_env("snowflake_password"),  # from TF_VAR_snowflake_password
                    "password_wo_version": 1,  # raise it to send a new password
                }
            },
        },
        "policy_configuration": {"impersonation": {"impersonation_role": "IMMUTA_IMPERSONATION"}},
    },
    data_object_defaults={"owners": [{"id": "1", "type": "USER"}]},
    data_object_sync={"schedule": "EVERY_12_HOURS", "start_time": 3},
)
app.synth()
