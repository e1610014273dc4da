"""The HCL that is written means, to real Terraform, the attributes that were read, and `terraform fmt` leaves it."""

from __future__ import annotations

import json
import pathlib
import subprocess
import tempfile
import unicodedata
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from immuta_cli.policies import hcl_code
from immuta_cli.policies.hcl import Json, block
from immuta_cli.policies.naming import named
from tests.immuta_cli.policies import v2
from tests.immuta_cli.policies.test_payload import policy

pytestmark = pytest.mark.terraform

HOSTILE = st.lists(
    st.sampled_from(
        ("${", "%{", "$", "%", "{", "}", "\n", "\n  ", "\n\t", " ", '"', "\\", "é", "e\u0301", "\x00", "\u200b")
    )
    | st.sampled_from(("EOT", "<<-EOT", "~}", "#", "/*", "\x85", "\u2028", "\r", "😀", "some words of a text " * 3)),
    max_size=12,
).map("".join)


def terraform(folder: pathlib.Path, *arguments: str) -> str:
    """What a command prints."""
    done = subprocess.run(
        ["terraform", *arguments], cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def understood(values: list[Any]) -> list[Any]:
    """What Terraform makes of values in HCL, after it has found nothing to format."""
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        outputs = "".join(block(f'output "o{index}"', {"value": value}) for index, value in enumerate(values))
        (folder / "outputs.tf").write_text(outputs)
        assert terraform(folder, "fmt", "-diff") == ""
        terraform(folder, "apply", "-auto-approve", "-no-color")
        found = json.loads(terraform(folder, "output", "-json"))
        return [found[f"o{index}"]["value"] for index in range(len(values))]


def composed(value: Any) -> Any:
    """A value with its texts in the form that Terraform gives them, and its numbers as JSON has them."""
    return json.loads(unicodedata.normalize("NFC", json.dumps(value, ensure_ascii=False)))


@given(st.lists(HOSTILE, min_size=60, max_size=200))
@settings(max_examples=3, deadline=None)
def test_texts_arrive_as_they_are(texts: list[str]) -> None:
    assert understood(texts) == [composed(text) for text in texts]


@given(st.lists(v2.POLICIES.map(lambda payload: policy(payload).attributes), min_size=10, max_size=25))
@settings(max_examples=2, deadline=None)
def test_policies_arrive_as_they_are(policies: list[dict[str, Any]]) -> None:
    assert understood(policies) == [composed(each) for each in policies]


@pytest.mark.soak
@given(st.lists(HOSTILE, min_size=60, max_size=200))
@settings(max_examples=100, deadline=None)
def test_many_texts_arrive_as_they_are(texts: list[str]) -> None:
    assert understood(texts) == [composed(text) for text in texts]


def test_json_arrives_as_text() -> None:
    text = json.dumps({"a b": [1, 2.5, None, True, "${x}"], "${k}": {"long": "text " * 30 + "\nand another line"}})
    assert json.loads(understood([Json(text)])[0]) == json.loads(text)


def test_the_blocks_of_the_examples_are_formatted(tmp_path: pathlib.Path) -> None:
    found = named(policy(each) for each in v2.examples())
    for each in found:
        (tmp_path / f"{each.id}.tf").write_text(hcl_code.blocks(each, importing=True))
    (tmp_path / "versions.tf").write_text(hcl_code.versions("terraform.local/immuta/immuta", "0.1.0"))
    assert terraform(tmp_path, "fmt", "-diff") == ""
    hostile = (tmp_path / "id-7-depot-if-zurich.tf").read_text()
    assert '  id = "key:id:7 $${depot} %%{ if } \\"Zürich\\" \\\\ 東京 😀"\n' in hostile
    rides = (tmp_path / "prod-rides-by-depot-v3.tf").read_text()
    assert "predicate = chomp(<<-EOT\n" in rides
