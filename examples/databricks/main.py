"""A Databricks workspace under Immuta, behind a proxy, with an OAuth client whose secret rotates.

Run `cdktf deploy --app "python examples/databricks/main.py" --skip-provider-lock` in the root of this repository. The
tenant comes from the environment (IMMUTA_HOST and IMMUTA_API_KEY), the secrets from TF_VAR_databricks_secret and
TF_VAR_proxy_password: they stand in neither the synthesised file nor the plan nor the state.
"""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DatabricksConnection, ImmutaProvider, credentials, secret_from_env

SECRET_VERSION = 1  # raise it when the secret has been renewed, and deploy

app = App()
stack = TerraformStack(app, "databricks")
ImmutaProvider(stack, "immuta")

lakehouse = DatabricksConnection(
    stack,
    "lakehouse",
    connection_key="lakehouse",
    host="example.cloud.databricks.com",
    path="sql/protocolv1/o/0/0123-456789-abcdefgh",
    immuta_system_catalog="immuta",
    credential=credentials.oauth_secret(
        "immuta-service-principal",
        secret_from_env("databricks_secret"),
        authority_url="https://example.cloud.databricks.com/oidc/v1/token",
        scope="all-apis",
        version=SECRET_VERSION,
    ),
    owner_users=[1],
    proxy_host="https://proxy.example.com",
    proxy_port=8443,
    proxy_username="immuta",
    proxy_password=secret_from_env("proxy_password"),
    exclude_group_pattern="immuta_exempt",
    audit_workspace_ids=["1234567890123456"],
    sync_start_time=3,
)

# Policies are applied to the whole catalog, but for one schema.
lakehouse.data_object("main", sync_policy=True)
lakehouse.data_object("main", "default", sync_policy=False, id="playground")
TerraformOutput(stack, "state", value=lakehouse.state)

app.synth()
