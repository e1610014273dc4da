"""A new API key for the plugin of a Trino cluster; each change of a trigger makes another, and the old one ends."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import ImmutaProvider, Integration, IntegrationApiKey

app = App()
stack = TerraformStack(app, "keys")
ImmutaProvider(stack, "immuta")

starburst = Integration(stack, "starburst", trino={})
key = IntegrationApiKey(stack, "key", integration_id=starburst, triggers={"rotated": "2026-11"})
TerraformOutput(stack, "immuta_apikey", value=key.new_key, sensitive=True)
app.synth()
