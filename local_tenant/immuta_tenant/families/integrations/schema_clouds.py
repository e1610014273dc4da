"""The `config` of the platforms that are no warehouse: Native S3, Databricks and Google BigQuery.

What the server fills in is the default of an attribute; an attribute that stays unset is not shown.
"""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

import json
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from immuta_tenant.families.integrations.schema import Catalog, Host, Port, S3Path, Suffix, Text
from immuta_tenant.validation import Body, NotNull


class Switch(Body):
    """An object that only says whether something is on."""

    enabled: bool = False


class _S3(Body):
    name: Text
    awsAccountId: Text
    awsRegion: Text
    awsLocationRole: Text
    awsLocationPath: S3Path
    awsRoleToAssume: NotNull[Text] = None
    port: Port = 443


class S3Automatic(_S3):
    """Native S3 with the credentials of the environment."""

    authenticationType: Literal["auto"]


class S3AccessKey(_S3):
    """Native S3 with an access key."""

    authenticationType: Literal["accessKey"]
    awsAccessKeyId: Text
    awsSecretAccessKey: Text


class DatabricksOAuth(Body):
    """`oAuthClientConfig` of Databricks."""

    clientId: Text
    clientSecret: Text
    authorityUrl: NotNull[Text] = None
    scope: NotNull[str] = None


class Proxy(Body):
    """`proxyOptions` of Databricks."""

    host: Host
    port: Port = 443
    username: NotNull[str] = None
    password: NotNull[str] = None


class GroupPattern(Body):
    """`groupPattern` of Databricks."""

    deny: Text = "immuta_exemption_group"


class _Databricks(Body):
    workspaceUrl: Host
    httpPath: Text
    port: Port = 443
    proxyOptions: NotNull[Proxy] = None
    audit: Switch = Field(default_factory=Switch)
    catalog: Catalog = "immuta"
    groupPattern: NotNull[GroupPattern] = None


class DatabricksToken(_Databricks):
    """Databricks with a personal access token."""

    authenticationType: Literal["token"]
    token: Text


class DatabricksOAuthM2M(_Databricks):
    """Databricks with a service principal."""

    authenticationType: Literal["oAuthM2M"]
    oAuthClientConfig: DatabricksOAuth

    @model_validator(mode="after")
    def _authority(self) -> Self:
        if self.oAuthClientConfig.authorityUrl is None:
            workspace = self.workspaceUrl.partition(".")[0]
            self.oAuthClientConfig.authorityUrl = f"https://{workspace}.cloud.databricks.com/oidc/v1/token"
        return self


def _key_file(text: str) -> str:
    try:
        key: Any = json.loads(text)
    except (ValueError, RecursionError):
        key = None
    if not isinstance(key, dict) or not all(isinstance(key.get(name), str) for name in ("project_id", "client_email")):
        raise PydanticCustomError("key", "must be the text of a JSON key file with project_id and client_email")
    return text


class BigQuery(Body):
    """Google BigQuery."""

    role: Text
    datasetSuffix: Suffix
    dataset: Text = "immuta"
    location: Text
    credential: Annotated[str, AfterValidator(_key_file)]
    port: Port = 443
