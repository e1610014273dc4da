"""Azure Synapse Analytics: what is configured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from immuta_provider.resources import secrets
from immuta_provider.resources.integrations import forms, parts
from immuta_provider.resources.integrations.parts import Impersonation, UserPassword
from terraform_plugin import Model, attribute

if TYPE_CHECKING:
    from collections.abc import Iterator

    from terraform_plugin.schema import Block


FIXED = "Other delimiters are another integration."


def differing(_: Block, values: dict[str, Any]) -> Iterator[tuple[str | None, str]]:
    """A rule: what separates pairs must not be what separates elements."""
    hash_delimiter = "|" if values.get("hash_delimiter") is None else values["hash_delimiter"]
    array_delimiter = "," if values.get("array_delimiter") is None else values["array_delimiter"]
    if hash_delimiter == array_delimiter and isinstance(hash_delimiter, str):
        yield "array_delimiter", "it must not be the same as `hash_delimiter`"


class MetadataDelimiters(Model, validators=[differing]):
    """What separates the metadata that Immuta keeps in Synapse."""

    hash_delimiter: str = attribute(
        default="|", requires_replace=forms.fixed, description=f"Between pairs of a key and a value. {FIXED}"
    )
    hash_key_delimiter: str = attribute(
        default=":", requires_replace=forms.fixed, description=f"Between a key and its value. {FIXED}"
    )
    array_delimiter: str = attribute(
        default=",", requires_replace=forms.fixed, description=f"Between elements of an array. {FIXED}"
    )


class AzureSynapseAnalytics(Model, validators=[forms.one_method("user_password"), forms.given_or_not("connect_args")]):
    """An integration with Azure Synapse Analytics."""

    host: str = forms.host("The host of the dedicated SQL pool.")
    port: int = forms.port(1433)
    database: str = forms.text(
        f"The database, which must exist; Immuta keeps its schemas and views in it. {forms.FIXED}",
        requires_replace=forms.fixed,
    )
    schema: str = forms.text(
        f"The schema of the secure views, which Immuta keeps. {forms.FIXED}", requires_replace=forms.fixed
    )
    user_password: UserPassword | None = attribute(description="A user and a password. Needed.")
    metadata_delimiters: MetadataDelimiters = attribute(
        default=MetadataDelimiters(hash_delimiter="|", hash_key_delimiter=":", array_delimiter=","),
        description="What separates the metadata that Immuta keeps there.",
    )
    impersonation: Impersonation = attribute(
        default=parts.usual_impersonation(), description="Whether people may act as others."
    )
    connect_args: str | None = parts.connect_args("Immuta's user")
    connect_args_wo: str | None = secrets.write_only("connect_args")
    connect_args_wo_version: int = secrets.version("connect_args")
