"""What the deletion of an integration needs: the credentials with which Immuta has set up the platform, in some cases.

The API never returns them and a destroy has no configuration. So they come from the state: the secrets themselves, or
where these are write-only `destroy_credentials`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_provider.resources import secrets
from immuta_provider.resources.integrations import forms
from immuta_provider.resources.integrations.platforms import SECRETS, chosen
from immuta_provider.resources.timeouts import LOCAL
from terraform_plugin import DiagnosticError, Model, Path, attribute, is_unknown
from terraform_plugin.model import to_values
from terraform_plugin.validators import exactly_one_of
from terraform_plugin.values import wholly_known

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from immuta_provider.resources.integration import Integration

ROLE = "role"


def _stored(description: str, *, sensitive: bool = True) -> Any:
    return attribute(
        required=True,
        sensitive=sensitive,
        unseen=LOCAL,
        validators=[forms.some_text, secrets.not_redacted],
        description=description,
    )


class DestroyUserPassword(Model):
    """A user and a password."""

    username: str = _stored("The user.", sensitive=False)
    password: str = _stored("The password.")


class DestroyKeyPair(Model):
    """A user and a private key."""

    username: str = _stored("The user.", sensitive=False)
    private_key: str = _stored("The key in PEM form, with real line breaks.")


class DestroyAccessKey(Model):
    """An access key of AWS."""

    database_user: str = _stored("The user in the database.", sensitive=False)
    access_key_id: str = _stored("The id of the key.")
    secret_key: str = _stored("The key.")
    session_token: str | None = attribute(
        sensitive=True, unseen=LOCAL, description="The token of a session, where there is one."
    )


class DestroyOkta(Model):
    """A user of Okta."""

    username: str = _stored("The user.", sensitive=False)
    password: str = _stored("The password.")
    app_id: str = _stored("The id of the application in Okta.", sensitive=False)
    idp_host: str = _stored("The host of the identity provider.", sensitive=False)
    role: str = _stored("The role that is taken on.", sensitive=False)


class DestroyCredentials(Model, validators=[exactly_one_of("user_password", "key_pair", "access_key", "okta")]):
    """Credentials for the deletion; exactly one, the one that the integration has."""

    user_password: DestroyUserPassword | None = attribute(description="A user and a password.")
    key_pair: DestroyKeyPair | None = attribute(description="A user and a private key (Snowflake).")
    access_key: DestroyAccessKey | None = attribute(description="An access key of AWS (Redshift).")
    okta: DestroyOkta | None = attribute(description="A user of Okta (Redshift).")


def needs_credentials(model: Integration) -> bool:
    """Whether Immuta asks for credentials when the integration is deleted."""
    return chosen(model).disabled_with_credentials and model.auto_bootstrap is True and not model.force_disable


def credentials(model: Integration) -> dict[str, Any] | None:
    """The body of the deletion; None where the state does not know it, empty where a plan does not know it yet."""
    platform = chosen(model)
    part = getattr(model, platform.name)
    method = platform.method(model.destroy_credentials or part)
    given = getattr(model.destroy_credentials or part, method, None) if method else None
    if is_unknown(given):
        return {}
    if given is None or not _is_complete(given):
        return None
    if not wholly_known(to_values(given)):
        return {}
    made = {"authenticationType": platform.methods[method].type, **platform.login(method, given, given)}
    role = getattr(part, ROLE, None)
    return made | ({ROLE: role} if role is not None and platform.name == "snowflake" else {})


def secret_texts(body: Mapping[str, Any] | None) -> Iterator[str]:
    """The texts in the body of a deletion that nobody may read."""
    for name, value in (body or {}).items():
        if isinstance(value, dict):
            yield from secret_texts(value)
        elif name in SECRETS and len(value) >= secrets.SHORTEST:
            yield value


def _is_complete(given: Model) -> bool:
    """Whether everything is known that is needed, the secrets among them (also those that are still to come)."""
    needed = (each for each in given.block if each.required or forms.is_secret(each))
    return all(getattr(given, each.name) is not None or each.name == "session_token" for each in needed)


def lack(label: str, model: Integration, attempted: str, *, replaced: bool) -> DiagnosticError:
    """The error for a deletion that Immuta would refuse. `replaced`: it is half of a replacement."""
    return DiagnosticError(
        f"{attempted} {label}: Immuta needs the credentials with which it has set the platform up",
        "It never returns them, and the state does not have them: the secrets are write-only, or the integration was "
        "imported and not applied since. "
        + (cure_of_replacement(model) if replaced else f"{cure(model)} {_cure_of_deposed(model)}"),
        Path("destroy_credentials"),
    )


def cure_of_replacement(model: Integration) -> str:
    """What to do so that an integration can be replaced."""
    return (
        f"Add `destroy_credentials` ({_named(model)}), which stands in the state, to the configuration: the "
        "deletion takes them from the plan, where they are known by then and of the kind that the old integration has. "
        "Otherwise take the other changes back and apply them alone first. Or add `force_disable = true`, which leaves "
        f"everything that Immuta has made on {chosen(model).api_name} where it is, to be removed by hand."
    )


def _cure_of_deposed(model: Integration) -> str:
    return (
        "Where Terraform calls it a deposed object (`create_before_destroy` left it behind), no configuration reaches "
        f"it: delete the integration {model.id} in Immuta itself, then apply."
    )


def _named(model: Integration) -> str:
    platform = chosen(model)
    return f"`{platform.method(getattr(model, platform.name))}`"


def cure(model: Integration) -> str:
    """What to do so that an integration can be deleted."""
    return (
        f"Set `destroy_credentials` ({_named(model)}), which stands in the state, and apply before you destroy; or set "
        "`force_disable = true` and apply: the destroy then leaves everything that Immuta has made on "
        f"{chosen(model).api_name} where it is, to be removed by hand."
    )
