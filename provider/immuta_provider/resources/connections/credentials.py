"""How Immuta signs in to a platform: one nested attribute per kind of credential, of which exactly one is set."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar

from immuta_provider.resources import secrets
from immuta_provider.resources.connections import forms
from immuta_provider.resources.connections.forms import some_text, uri
from terraform_plugin import Model, attribute, is_unknown
from terraform_plugin.validators import exactly_one_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

C = TypeVar("C", bound=Model)

SNOWFLAKE: Final = {
    "username_password": "UsernamePassword",
    "oauth_with_secret": "OAuthWithSecret",
    "oauth_with_certificate": "OAuthWithCertificate",
    "unencrypted_key_pair": "UnencryptedKeyPair",
    "encrypted_key_pair": "EncryptedKeyPair",
}
DATABRICKS: Final = {
    "token": "Token",
    "oauth_with_secret": "OAuthWithSecret",
    "oauth_with_certificate": "OAuthWithCertificate",
}


def _text(description: str) -> Any:
    return attribute(required=True, validators=[some_text], description=description)


class UsernamePassword(Model, validators=[secrets.given("password")]):
    """A user and a password."""

    username: str = _text("The user.")
    password: str | None = secrets.kept("The password.")
    password_wo: str | None = secrets.write_only("password")
    password_wo_version: int = secrets.version("password")


class PrivateKey(Model, validators=[secrets.given("content")]):
    """A private key."""

    filename: str = _text("The name of its file, which Immuta shows.")
    content: str | None = secrets.kept("The key in PEM form, with real line breaks.")
    content_wo: str | None = secrets.write_only("content")
    content_wo_version: int = secrets.version("content")


class UnencryptedKeyPair(Model):
    """A user and a private key without passphrase."""

    username: str = _text("The user.")
    private_key: PrivateKey = attribute(required=True, description="The user's private key.")


class EncryptedKeyPair(Model, validators=[secrets.given("password")]):
    """A user and a private key with its passphrase."""

    username: str = _text("The user.")
    private_key: PrivateKey = attribute(required=True, description="The user's private key.")
    password: str | None = secrets.kept("The passphrase of the key.")
    password_wo: str | None = secrets.write_only("password")
    password_wo_version: int = secrets.version("password")


class OAuthWithSecret(Model, validators=[secrets.given("client_secret")]):
    """An OAuth client and its secret."""

    client_id: str = _text("The client's id.")
    authority_url: str = attribute(required=True, validators=[uri], description="Where tokens are issued.")
    scope: str = _text("The scope that is asked for.")
    client_secret: str | None = secrets.kept("The client's secret.")
    client_secret_wo: str | None = secrets.write_only("client_secret")
    client_secret_wo_version: int = secrets.version("client_secret")


class OAuthWithCertificate(Model, validators=[secrets.given("public_certificate_thumbprint")]):
    """An OAuth client and its certificate."""

    client_id: str = _text("The client's id.")
    authority_url: str = attribute(required=True, validators=[uri], description="Where tokens are issued.")
    scope: str = _text("The scope that is asked for.")
    resource: str | None = attribute(
        validators=[some_text],
        description="The resource that is asked for. Once set it cannot be unset: Immuta has no word for it.",
    )
    public_certificate_thumbprint: str | None = secrets.kept("The thumbprint of the certificate, which Immuta redacts.")
    public_certificate_thumbprint_wo: str | None = secrets.write_only("public_certificate_thumbprint")
    public_certificate_thumbprint_wo_version: int = secrets.version("public_certificate_thumbprint")
    private_key: PrivateKey = attribute(required=True, description="The private key of the certificate.")


class Token(Model, validators=[secrets.given("token")]):
    """A personal access token."""

    token: str | None = secrets.kept("The token.")
    token_wo: str | None = secrets.write_only("token")
    token_wo_version: int = secrets.version("token")


class SnowflakeCredential(Model, validators=[exactly_one_of(*SNOWFLAKE)]):
    """How Immuta signs in to Snowflake: exactly one of the members."""

    username_password: UsernamePassword | None = attribute(description="A user and a password.")
    oauth_with_secret: OAuthWithSecret | None = attribute(description="An OAuth client and its secret.")
    oauth_with_certificate: OAuthWithCertificate | None = attribute(description="An OAuth client and its certificate.")
    unencrypted_key_pair: UnencryptedKeyPair | None = attribute(
        description="A user and a private key without passphrase."
    )
    encrypted_key_pair: EncryptedKeyPair | None = attribute(description="A user and a private key with its passphrase.")


class DatabricksCredential(Model, validators=[exactly_one_of(*DATABRICKS)]):
    """How Immuta signs in to Databricks: exactly one of the members."""

    token: Token | None = attribute(description="A personal access token.")
    oauth_with_secret: OAuthWithSecret | None = attribute(description="An OAuth client and its secret.")
    oauth_with_certificate: OAuthWithCertificate | None = attribute(description="An OAuth client and its certificate.")


def body(planned: Model, config: Any, kinds: Mapping[str, str]) -> dict[str, Any]:
    """The whole credential as requests have it."""
    kind = next(name for name in kinds if getattr(planned, name) is not None)
    return {"authenticationType": kinds[kind], **forms.body(getattr(planned, kind), getattr(config, kind))}


def cannot_change(platform: str, prior: Any, planned: Any) -> Iterable[tuple[str, str]]:
    """What was planned and cannot be done in place: attributes, and why. Another kind of credential is another one."""
    before = getattr(prior, "oauth_with_certificate", None)
    after = None if is_unknown(planned) else planned.oauth_with_certificate
    if before is None or after is None or is_unknown(after):
        return
    if before.resource is not None and after.resource is None:
        where = f"{platform}.client_configuration.credential.oauth_with_certificate.resource"
        yield where, "once a resource is named, Immuta has no word for taking it away"


def state(model: type[C], known: Any, returned: Mapping[str, Any], kinds: Mapping[str, str]) -> C:
    """The credential as it is known: the kind and what is no secret from the API. Of an unknown kind it is empty."""
    kind = next((name for name, said in kinds.items() if said == returned.get("authenticationType")), None)
    if kind is None:
        return model()
    member = model.block[kind].nested
    assert member is not None
    return model(**{kind: forms.state(member.block.model, getattr(known, kind, None), returned)})
