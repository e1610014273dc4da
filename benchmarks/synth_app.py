"""A CDK app with N purposes, of our constructs or of the classes that `cdktf get` generates: what `synth` measures.

Called with the engine (`cdktf`, `cdktn`), the kind (`ours`, `generated`), N, and the folder for the output.
"""

from __future__ import annotations

import importlib
import sys
from typing import Any

ENGINE, KIND, NUMBER, OUTPUT = sys.argv[1:]
cdk: Any = importlib.import_module(ENGINE)


def classes() -> tuple[Any, Any]:
    """The provider and the purpose of the kind that was asked for."""
    if KIND == "ours":
        from immuta_constructs import ImmutaProvider, Purpose

        return ImmutaProvider, Purpose
    provider: Any = importlib.import_module("imports.immuta.provider")
    purpose: Any = importlib.import_module("imports.immuta.purpose")
    return provider.ImmutaProvider, purpose.Purpose


def main() -> None:
    """Build the app and write its output."""
    provider, purpose = classes()
    app = cdk.App(outdir=OUTPUT)
    stack = cdk.TerraformStack(app, "stack")
    provider(stack, "immuta", host="tenant.example.com")
    for index in range(int(NUMBER)):
        purpose(
            stack,
            f"purpose-{index}",
            name=f"Purpose {index}",
            description="What the data is for",
            acknowledgement="I will use this data for research only.",
            k_anon_noise_reduction="Medium",
            deletion_protection=True,
            timeouts={"create": "10m", "delete": "10m"},
        )
    app.synth()


main()
