"""The page about the constructs is true: its snippets run, its errors are those that users get."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from immuta_constructs import ConstructsError
from immuta_constructs.engine import NAME
from immuta_constructs.testing import RunningTenant

pytest_plugins = ["immuta_constructs.pytest_plugin"]

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "constructs.md").read_text(encoding="utf-8").replace("import cdktf as", f"import {NAME} as")
SNIPPETS = re.findall(r"```python\n(.*?)```(?:\n\n```text\n(.*?)```)?", PAGE, re.DOTALL)


def test_the_snippets_are_one_program(tmp_path: Path) -> None:
    space: dict[str, Any] = {}
    for code, error in SNIPPETS[:-1]:
        program = code.replace("cdk.App()", f"cdk.App(outdir={str(tmp_path)!r})")
        if error:
            with pytest.raises(ConstructsError, match=re.escape(error.strip()) + "$"):
                exec(program, space)
        else:
            exec(program, space)
    space["app"].synth()
    written = json.loads((tmp_path / "stacks" / "governance" / "cdk.tf.json").read_text(encoding="utf-8"))
    assert set(written["resource"]["immuta_project"]) >= {"study", "next"}
    assert written["resource"]["immuta_purpose"]["churn"]["name"] == "${immuta_purpose.research.name}.Churn"


@pytest.mark.terraform
def test_the_example_of_a_test(
    immuta_tenant: RunningTenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "terraform.rc"
    install = ["immuta_cli", "install", "--dir", str(tmp_path / "mirror"), "--cli-config", str(config)]
    subprocess.run([sys.executable, "-m", *install], check=True)
    monkeypatch.setenv("TF_CLI_CONFIG_FILE", str(config))
    space: dict[str, Any] = {}
    exec(SNIPPETS[-1][0], space)
    space["test_what_is_written"]()
    space["test_deployment"](immuta_tenant, tmp_path / "app")
    assert "Apply complete! Resources: 1 added, 0 changed, 0 destroyed." in capfd.readouterr().out
