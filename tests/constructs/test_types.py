"""Type checkers find in an editor what the constructors find at run time."""

from __future__ import annotations

import re
from pathlib import Path

from mypy import api

SAMPLE = """
import cdktf
from immuta_constructs import DataImmutaPurpose, ImmutaProvider, Project, ProjectJoinAfterApproval, Purpose
from immuta_constructs import ProjectSubscriptionPolicy, insecure_literal, secret_from_env
from immuta_constructs import DataPolicy, DataSourcePolicies, SubscriptionPolicy, policies
from immuta_constructs.policies import columns, columns_tagged, for_purpose, group_matches, hashing, in_group, mask
from immuta_constructs.policies import show_rows_where, tagged, where
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
privacy: policies.Members = in_group("Privacy") | policies.has_attribute("Clearance", "High")
exempt: policies.Users = privacy | for_purpose(research) | for_purpose("Audit")
pii = columns_tagged("Discovered.PII")
emails = columns_tagged("Discovered.Email")
hashed = mask(pii, using=hashing()).unless(exempt)
action = mask(pii, pii | emails, using=policies.null()).for_only(privacy).otherwise(hashed)
rows = show_rows_where(group_matches(pii) & policies.attribute_matches("Region", pii))
actions = [action.because("Why"), rows, policies.require_purpose(for_purpose(churn) & for_purpose(existing))]
DataPolicy(stack, "d", policy_key="d", name="D", **where(pii | tagged("Finance")), actions=actions)
many = policies.any_of(*(in_group(name) for name in ("A", "B")))
both = where(policies.all_of(pii, tagged("F")))
SubscriptionPolicy(stack, "s", policy_key="s", name="S", **both, **policies.entitled(many))
SubscriptionPolicy(stack, "t", policy_key="t", name="T", **policies.approved_by("OWNER", policies.named("ADMIN")))
local = [mask(columns("iban"), using=hashing()).unless(exempt), show_rows_where(group_matches(columns("region")))]
DataSourcePolicies(stack, "l", data_source_id="3", policies=local)
# From here on every line is wrong.
mask(tagged("Finance"), using=hashing())
mask("Discovered.PII", using=hashing())
mask(pii, using=hashing)
mask(pii, using=in_group("A"))
mask(pii)
mask(columns("iban"), using=policies.k_anonymity())
mask(columns("iban"), using=hashing(), where="x")
mask(columns("iban"), using=hashing()).for_only(privacy)
mask(pii & emails, using=hashing())
mask(pii, using=hashing()).unless("Privacy")
mask(pii, using=hashing()).unless(pii)
mask(pii, using=hashing()).otherwise(hashing())
in_group("A", "B")
in_group("A") | pii
in_group("A") | "B"
action | rows
policies.all_columns() | pii
in_group("A") or in_group("B")
where(in_group("A"))
where(policies.all_columns())
where(tagged("A"), tagged("B"))
show_rows_where(policies.newer_than(days=3))
show_rows_where(in_group("A"))
policies.show_rows("1=1")
policies.require_purpose("A", "B")
policies.require_purpose(privacy)
policies.rounding("MONTHS")
policies.entitled(exempt)
policies.entitled(for_purpose("A"))
policies.entitled("A")
policies.group_matches("Org.Department")
policies.any_of(in_group("A"), pii)
policies.purpose_matches(pii)
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
