"""Three platforms under Immuta by the Integrations API: one that Immuta sets up, one by scripts, and a Trino cluster.

Each has a stack of its own, because each has its own people and credentials. Run
`cdktf deploy '*' --app "python examples/integrations/main.py" --skip-provider-lock` in the root of this repository. The
tenant comes from the environment (IMMUTA_HOST and IMMUTA_API_KEY), the secrets from TF_VAR_installer_password and
TF_VAR_redshift_password.
"""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import (
    DataImmutaIntegrationScript,
    ImmutaProvider,
    IntegrationApiKey,
    RedshiftIntegration,
    SnowflakeIntegration,
    TrinoIntegration,
    authentication,
    secret_from_env,
)

app = App()


def platform(name: str) -> TerraformStack:
    """A stack of its own for one platform."""
    stack = TerraformStack(app, name)
    ImmutaProvider(stack, "immuta")
    return stack


# Immuta sets Snowflake up with the installer's credentials. A destroy needs them again, so they stay in the state.
SnowflakeIntegration(
    platform("snowflake-integration"),
    "snowflake",
    auto_bootstrap=True,
    host="account.snowflakecomputing.com",
    warehouse="IMMUTA_WH",
    database="IMMUTA",
    role="ACCOUNTADMIN",
    authentication=authentication.user_password("INSTALLER", secret_from_env("installer_password"), in_state=True),
    audit=True,
    impersonation="IMMUTA_IMPERSONATION",
    workspaces=["WH", "WH2"],
)

# Redshift is set up by hand: run the script first, then let Immuta know. This password stands nowhere.
by_hand = platform("redshift-integration")
RedshiftIntegration(
    by_hand,
    "redshift",
    auto_bootstrap=False,
    host="cluster.example.net",
    database="immuta",
    authentication=authentication.user_password("immuta_system", secret_from_env("redshift_password")),
)
script = DataImmutaIntegrationScript(
    by_hand,
    "set-up",
    kind="create",
    redshift={
        "host": "cluster.example.net",
        "database": "immuta",
        "user_password": {"username": "immuta_system", "password": secret_from_env("redshift_password")},
    },
)
TerraformOutput(by_hand, "set-up-script", value=script.script, sensitive=True)

# The key for the cluster is made anew when its number changes here; put it into the cluster's configuration.
clusters = platform("trino-integration")
trino = TrinoIntegration(clusters, "trino")
key = IntegrationApiKey(clusters, "trino-key", integration_id=trino.id, triggers={"number": "1"})
TerraformOutput(clusters, "trino-key-value", value=key.new_key, sensitive=True)

app.synth()
