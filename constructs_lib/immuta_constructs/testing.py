"""For users' own pytest: synthesise constructs to a dictionary, and deploy them to a local tenant.

The engine's `Testing.synth_scope` cannot be called from Python, and its `Testing.app()` leaves a folder behind.

    def test_project() -> None:
        output = synth(lambda stack: DataProduct(stack, "churn"))
        assert output["resource"]["immuta_project"]["churn"]["name"] == "Churn"

`running_tenant` is the local tenant; `immuta_constructs.pytest_plugin` has it as a fixture.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from immuta_constructs.engine import cdk
from immuta_constructs.tenant import RunningTenant, TenantError, running_tenant

__all__ = ["RunningTenant", "TenantError", "running_tenant", "synth", "synth_app", "synth_hcl"]


def synth(build: Callable[[cdk.TerraformStack], object]) -> dict[str, Any]:
    """What a stack becomes: the content of `cdk.tf.json` without metadata and backend.

    Args:
        build: puts constructs into the stack that it is given; a provider is not needed.

    Returns:
        {"resource": {type: {name: attributes}}, "data": ..., "provider": ..., "output": ..., "variable": ...}.
    """
    with tempfile.TemporaryDirectory() as folder:
        stack = cdk.TerraformStack(cdk.Testing.app(outdir=folder), "stack")
        build(stack)
        output: dict[str, Any] = json.loads(cdk.Testing.synth(stack))
    return output


def synth_hcl(build: Callable[[cdk.TerraformStack], object]) -> str:
    """What a stack becomes with `App(hcl_output=True)`.

    Args:
        build: puts constructs into the stack that it is given.
    """
    with tempfile.TemporaryDirectory() as folder:
        stack = cdk.TerraformStack(cdk.Testing.app(outdir=folder), "stack")
        build(stack)
        return str(cdk.Testing.synth_hcl(stack))


def synth_app(build: Callable[[cdk.App], object]) -> dict[str, dict[str, Any]]:
    """What a whole app becomes, as `cdktf synth` writes it, with all validations and references between stacks.

    Args:
        build: puts stacks into the app that it is given.

    Returns:
        The content of each stack's `cdk.tf.json`, with metadata and backend, by the stack's name.
    """
    with tempfile.TemporaryDirectory() as folder:
        app = cdk.Testing.app(outdir=folder)
        build(app)
        app.synth()
        files = sorted(Path(folder, "stacks").glob("*/cdk.tf.json"))
        return {file.parent.name: json.loads(file.read_text(encoding="utf-8")) for file in files}
