"""Google BigQuery: what is configured. The key file is a text in requests and an object in answers."""

from __future__ import annotations

import json
from typing import Any

from immuta_provider.resources import secrets
from immuta_provider.resources.integrations import forms
from terraform_plugin import Model, attribute
from terraform_plugin.validators import matches

dataset_suffix = matches(r"_.*", "a suffix that begins with an underscore")


def key_file(text: str | None) -> dict[str, Any]:
    """What is in a key file; empty where it is none."""
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def is_key_file(text: str) -> str | None:
    """A validator: the text of a service account's key file."""
    found = key_file(text)
    project, email = found.get("project_id"), found.get("client_email")
    if not (isinstance(project, str) and isinstance(email, str)):
        return "it is not the text of a key file: a JSON object with `project_id` and `client_email`"
    if not email.endswith(f"@{project}.iam.gserviceaccount.com"):
        return "its `client_email` does not end in @, its `project_id` and .iam.gserviceaccount.com"
    return None


def same_key(left: str | None, right: str | None) -> bool:
    """The same JSON."""
    return left == right or (bool(key_file(left)) and key_file(left) == key_file(right))


class GoogleBigquery(Model, validators=[secrets.given("credential")]):
    """An integration with Google BigQuery (private preview); only where `auto_bootstrap` is false."""

    role: str = forms.text("The role of Google Cloud with which Immuta connects.")
    dataset: str = attribute(
        default="immuta",
        requires_replace=forms.fixed,
        validators=[forms.some_text],
        description=f"The dataset for Immuta's metadata, which must not exist yet. {forms.FIXED}",
    )
    dataset_suffix: str = attribute(
        required=True,
        requires_replace=forms.fixed,
        validators=[dataset_suffix],
        description=f"What the names of the secure datasets end in; begins with an underscore. {forms.FIXED}",
    )
    location: str = forms.text(
        f"Where the datasets are, such as `us-east1`. {forms.FIXED}", requires_replace=forms.fixed
    )
    port: int = forms.port(443)
    credential: str | None = attribute(
        sensitive=True,
        validators=[secrets.not_redacted, is_key_file],
        same=same_key,
        description="The text of the service account's key file, compared as JSON. It is kept in the state: protect "
        "that, or use the write-only form.",
    )
    credential_wo: str | None = attribute(
        write_only=True,
        validators=[secrets.not_redacted, is_key_file],
        unseen=secrets.NOT_RETURNED,
        description="The same as `credential`, write-only: it stands in neither plan nor state. Terraform 1.11 or "
        "later.",
    )
    credential_wo_version: int = secrets.version("credential")
    project_id: str | None = attribute(
        computed=True, keep_state=True, description="The project in the key file, as far as Immuta tells."
    )
