"""Reads an integration by its type and what it is known by."""

from cdktf import App, TerraformOutput, TerraformStack
from immuta_constructs import DataImmutaIntegration, ImmutaProvider, Integration

app = App()
stack = TerraformStack(app, "look-up")
ImmutaProvider(stack, "immuta")

lake = Integration(
    stack,
    "lake",
    auto_bootstrap=False,
    native_s3={
        "name": "lake-eu",
        "aws_account_id": "210987654321",
        "aws_region": "eu-west-1",
        "aws_location_role": "arn:aws:iam::210987654321:role/access-grants-location",
        "aws_location_path": "s3://lake-eu/",
        "aws_role_to_assume": "arn:aws:iam::210987654321:role/immuta",
        "auto": {},
    },
)
found = DataImmutaIntegration(stack, "found", type="Native S3", known_by="lake-eu", depends_on=[lake])
TerraformOutput(stack, "status", value=found.status)
app.synth()
