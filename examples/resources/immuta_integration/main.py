"""Integrations with Snowflake and Databricks, which Immuta sets up itself, and with a Trino cluster."""

from cdktf import App, TerraformStack
from immuta_constructs import ImmutaProvider, Integration, secret_from_env

app = App()
stack = TerraformStack(app, "integrations")
ImmutaProvider(stack, "immuta")

# A destroy needs the privileged user again: the password stands in the state.
Integration(
    stack,
    "snowflake",
    auto_bootstrap=True,
    snowflake={
        "host": "ac1.snowflakecomputing.com",
        "warehouse": "IMMUTA_WH",
        "database": "IMMUTA",
        "role": "ACCOUNTADMIN",
        "user_password": {"username": "INSTALLER", "password": secret_from_env("installer_password")},
        "audit": {"enabled": True},
    },
)
# Databricks is deleted without credentials, so the token stands nowhere. Another version sends it again.
Integration(
    stack,
    "databricks",
    auto_bootstrap=True,
    databricks={
        "workspace_url": "ws7.cloud.databricks.com",
        "http_path": "sql/1.0/warehouses/abc1",
        "catalog": "immuta_prod",
        "token": {"token_wo": secret_from_env("databricks_token"), "token_wo_version": 1},
    },
)
Integration(stack, "trino", trino={})
app.synth()
