"""The credentials in DELETE /integrations/{id}: a flat object, for what Immuta has set up by itself."""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

from typing import Literal

from immuta_tenant.families.integrations.schema import Text
from immuta_tenant.families.integrations.schema_warehouses import Okta
from immuta_tenant.validation import Body, NotNull


class UserPassword(Body):
    """Azure Synapse Analytics and Redshift with a password."""

    authenticationType: Literal["userPassword"]
    username: Text
    password: Text


class AccessKey(Body):
    """Redshift with an access key."""

    authenticationType: Literal["accessKey"]
    databaseUser: Text
    accessKeyId: Text
    secretKey: Text
    sessionToken: NotNull[Text] = None


class OktaUser(Body):
    """Redshift with Okta."""

    authenticationType: Literal["okta"]
    okta: Okta


class SnowflakeUserPassword(UserPassword):
    """Snowflake with a password."""

    role: Text


class SnowflakeKeyPair(Body):
    """Snowflake with a key pair."""

    authenticationType: Literal["keyPair"]
    privateKey: Text
    role: Text
    username: NotNull[Text] = None
