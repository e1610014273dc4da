"""The engine is chosen as the application wants it, and what is wrong with it is said in words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ENGINES = ("cdktf", "cdktn")


def run(code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if name != "IMMUTA_CONSTRUCTS_ENGINE"}
    return subprocess.run(
        [sys.executable, "-c", code],
        env=variables | environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    return done.stderr.strip().splitlines()[-1]


@pytest.mark.parametrize("engine", ENGINES)
def test_follows_what_the_application_imported(engine: str) -> None:
    code = f"import {engine}; import immuta_constructs.engine as e; print(e.NAME, e.cdk.__name__)"
    assert run(code).stdout == f"{engine} {engine}\n"


def test_the_variable_overrides() -> None:
    code = "import sys, types; sys.modules['cdktn'] = types.ModuleType('cdktn')\n" + CHOOSE
    assert run(code, IMMUTA_CONSTRUCTS_ENGINE="cdktf").stdout == "cdktf\n"


# `choose` alone, without starting an engine: the module's last lines load it.
CHOOSE = """
import importlib.util, pathlib
spec = importlib.util.find_spec("immuta_constructs.engine")
source = pathlib.Path(spec.origin).read_text().partition("\\nNAME: str")[0]
space = {"__name__": "engine"}
exec(compile(source, spec.origin, "exec"), space)
print(space["choose"]())
"""
NONE_INSTALLED = """
import importlib.util as u
u.find_spec = (lambda find: lambda name: None if name in ("cdktf", "cdktn") else find(name))(u.find_spec)
"""


def test_the_fork_first_when_nothing_is_imported() -> None:
    assert run(CHOOSE).stdout == "cdktn\n"


def test_no_engine() -> None:
    done = run(NONE_INSTALLED + CHOOSE)
    assert "pip install 'terraform-provider-immuta[cdktf]' or pip" in last_line(done)


def test_an_engine_that_is_not_installed() -> None:
    done = run(NONE_INSTALLED + CHOOSE, IMMUTA_CONSTRUCTS_ENGINE="cdktn")
    assert "asks for cdktn, which is not installed: pip install 'terraform-provider-immuta[cdktn]'" in last_line(done)


def test_an_unknown_engine() -> None:
    done = run("from immuta_constructs import Purpose", IMMUTA_CONSTRUCTS_ENGINE="pulumi")
    assert last_line(done).endswith(
        "EngineError: IMMUTA_CONSTRUCTS_ENGINE='pulumi' is not an engine; use one of cdktf, cdktn."
    )


def test_no_node(tmp_path: Path) -> None:
    done = run("from immuta_constructs import Purpose", PATH=str(tmp_path), JSII_NODE="")
    assert "The CDK needs node (18 or newer), and 'node' was not found." in last_line(done)


def test_a_scope_of_the_other_engine(tmp_path: Path) -> None:
    code = (
        "import cdktn\nfrom immuta_constructs import Purpose\nimport cdktf\n"
        f"Purpose(cdktf.TerraformStack(cdktf.App(outdir={str(tmp_path)!r}), 's'), 'p', name='P')"
    )
    expected = (
        "<string>:4: The scope 's' was made with cdktf, but immuta_constructs uses cdktn. Import cdktf before "
        "immuta_constructs, or set IMMUTA_CONSTRUCTS_ENGINE=cdktf."
    )
    assert last_line(run(code)).endswith(expected)


def test_the_package_itself_loads_no_engine() -> None:
    code = (
        "import sys, immuta_constructs as i; i.secret_from_env('X'); print('jsii' in sys.modules, 'Purpose' in dir(i))"
    )
    assert run(code).stdout == "False True\n"


def test_an_unknown_name() -> None:
    done = run("from immuta_constructs import Porpoise")
    assert "ImportError: cannot import name 'Porpoise' from 'immuta_constructs'" in last_line(done)


EXAMPLE = """
import json
import ENGINE as cdk
from immuta_constructs import *
from immuta_constructs.testing import synth, synth_hcl
from constructs import Construct
def build(stack):
    ImmutaProvider(stack, "immuta", host="h", api_key=secret_from_env("KEY"), alias="a")
    names = cdk.TerraformIterator.from_list(["A", "B"])
    many = Purpose(stack, "many", name=names.value, for_each=names)
    one = Purpose(Construct(stack, "team"), "one", name="One")
    data = DataImmutaPurpose(stack, "d", name="D")
    project = Project(stack, "p", project_key="p", name=f"{one.name} x", purposes=[one, data],
        lifecycle={"replace_triggered_by": [one]}, depends_on=[many],
        subscription_policy=ProjectSubscriptionPolicy(approval={"approvals": [{"required_permission": "OWNER"}]}))
    project.add_override("tags", ["a"])
    cdk.TerraformOutput(stack, "o", value=project.allow_masked_joins)
print(json.dumps([synth(build), synth_hcl(build)], sort_keys=True))
"""


def test_both_engines_give_the_same() -> None:
    outputs = [json.loads(run(EXAMPLE.replace("ENGINE", engine)).stdout) for engine in ENGINES]
    assert outputs[0] == outputs[1]
    assert set(outputs[0][0]["resource"]) == {"immuta_project", "immuta_purpose"}


def test_the_import_costs_little_beside_the_engine() -> None:
    code = """
import time, cdktf
start = time.process_time()
from immuta_constructs import DataImmutaPurpose, ImmutaProvider, Project, Purpose
print(time.process_time() - start)
"""
    best = min(float(run(code, IMMUTA_CONSTRUCTS_ENGINE="cdktf").stdout) for _ in range(2))
    assert best < 0.1
