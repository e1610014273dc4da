"""Type checkers find in an editor what the constructors find at run time."""

from __future__ import annotations

import re
from pathlib import Path

from mypy import api

SAMPLE = """
import cdktf
from immuta_constructs import DataImmutaPurpose, ImmutaProvider, Project, ProjectJoinAfterApproval, Purpose
from immuta_constructs import ProjectSubscriptionPolicy, insecure_literal, secret_from_env
from immuta_constructs.testing import running_tenant

stack = cdktf.TerraformStack(cdktf.App(), "s")
provider = ImmutaProvider(stack, "immuta", api_key=secret_from_env("KEY"), max_retries=3)
research = Purpose(stack, "r", name="R", provider=provider, lifecycle={"prevent_destroy": True}, count=2)
known = DataImmutaPurpose(stack, "k", name="K", depends_on=[research])
project = Project(stack, "p", project_key="p", name=research.name, purposes=[research, known, "x"])
project.tags = {"a"}
project.description = None
tags: list[str] = project.tags
configured: str | None = project.name_input
policy = ProjectSubscriptionPolicy(approval=ProjectJoinAfterApproval(approvals=[{"a": 1}]))
project.subscription_policy = policy
cdktf.TerraformOutput(stack, "o", value=project.allow_masked_joins)
churn: Purpose = research.subpurpose("c", name="Churn", lifecycle={"prevent_destroy": True})
existing: DataImmutaPurpose = Purpose.from_name(stack, "e", "Existing")
project.purposes = [churn, existing, Purpose.from_name(stack, "f", "Found")]
key: str = Project.from_key(stack, "g", "old").project_key
churn.node.add_dependency(existing)
with running_tenant() as tenant:
    environment: dict[str, str] = tenant.environment
# From here on every line is wrong.
Purpose(stack, "a", nam="A")
Purpose(stack, "a", name=5)
Purpose(stack, "a")
Purpose(stack, "a", name="A", lifecycle={"prevent_destory": True})
Purpose(stack, "a", name="A", provider="immuta")
Project(stack, "a", project_key="p", name="P", purposes=[project])
ProjectSubscriptionPolicy(aproval=None)
ProjectJoinAfterApproval()
policy.anyone = None
project.description = 5
project.id = "31"
number: int = project.name
research.subpurpose("c")
research.subpurpose("c", name="C", nam="D")
Project(stack, "a", project_key="p", name="P", purposes=[Project.from_key(stack, "h", "old")])
"""


def test_a_users_module(tmp_path: Path) -> None:
    sample = tmp_path / "sample.py"
    sample.write_text(SAMPLE)
    config = Path(__file__).parents[2] / "pyproject.toml"
    report, problems, _ = api.run(["--strict", "--config-file", str(config), "--no-incremental", str(sample)])
    first_wrong = SAMPLE.splitlines().index("# From here on every line is wrong.") + 2
    expected = set(range(first_wrong, len(SAMPLE.splitlines()) + 1))
    found = {int(line) for line in re.findall(r"sample\.py:(\d+): error", report)}
    assert (found, problems) == (expected, "")
