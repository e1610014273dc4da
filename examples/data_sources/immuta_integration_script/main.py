"""The script that sets Snowflake up by hand: run it there, then declare the integration with the same attributes."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DataImmutaIntegrationScript, ImmutaProvider, secret_from_env

app = App()
stack = TerraformStack(app, "scripts")
ImmutaProvider(stack, "immuta")

script = DataImmutaIntegrationScript(
    stack,
    "set_up",
    kind="create",
    snowflake={
        "host": "ac1.snowflakecomputing.com",
        "warehouse": "IMMUTA_WH",
        "database": "IMMUTA",
        "key_pair": {"username": "IMMUTA_SYSTEM", "private_key": secret_from_env("private_key")},
    },
)
TerraformOutput(stack, "script", value=script.script, sensitive=True)
app.synth()
