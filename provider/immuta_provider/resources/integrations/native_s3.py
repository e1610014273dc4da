"""Native S3 (Access Grants): what is configured."""

from __future__ import annotations

from typing import Any

from immuta_provider.resources import secrets
from immuta_provider.resources.integrations import forms
from terraform_plugin import Model, attribute
from terraform_plugin.validators import matches

location = matches(r"s3://.*", "a path that begins with s3://")


class Auto(Model):
    """The credentials that the machine has on which Immuta runs."""


class S3AccessKey(Model, validators=[secrets.given("aws_secret_access_key")]):
    """An access key of AWS."""

    aws_access_key_id: str = forms.text("The id of the key.", sensitive=True)
    aws_secret_access_key: str | None = secrets.kept("The key.")
    aws_secret_access_key_wo: str | None = secrets.write_only("aws_secret_access_key")
    aws_secret_access_key_wo_version: int = secrets.version("aws_secret_access_key")


def _fixed(description: str) -> Any:
    return forms.text(f"{description} {forms.FIXED}", requires_replace=forms.fixed)


class NativeS3(Model, validators=[forms.one_method("auto", "access_key")]):
    """An integration with S3 through Access Grants (private preview); only where `auto_bootstrap` is false."""

    name: str = forms.text("Its name, unique among the integrations with S3.")
    aws_account_id: str = _fixed("The AWS account.")
    aws_region: str = _fixed("The region, such as `us-east-1`.")
    aws_location_role: str = _fixed("The ARN of the role of the Access Grants location.")
    aws_location_path: str = attribute(
        required=True,
        requires_replace=forms.fixed,
        validators=[location],
        description="The base prefix, such as `s3://lake/`, unique among the integrations with S3. Another one is "
        "another integration.",
    )
    aws_role_to_assume: str | None = forms.optional_text(
        "The ARN of the role that Immuta takes on; Immuta's documents want one with `auto`.", requires_replace=True
    )
    port: int = attribute(
        default=443,
        requires_replace=forms.fixed,
        validators=[forms.port_number],
        description="The port. Another one is another integration.",
    )
    auto: Auto | None = attribute(
        description="The credentials of the machine on which Immuta runs, where that is your own; written `{}`."
    )
    access_key: S3AccessKey | None = attribute(description="An access key of AWS.")
