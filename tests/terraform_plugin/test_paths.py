"""Paths print as users write them and reach Terraform step by step."""

from __future__ import annotations

from terraform_plugin import Key, Path
from terraform_plugin.paths import ROOT


def test_a_path_prints_as_it_is_written() -> None:
    assert str(Path("rules") / 0 / "name") == "rules[0].name"
    assert str(Path("labels", Key('a "b"'))) == 'labels["a \\"b\\""]'
    assert (str(ROOT), repr(Path("a"))) == ("", "Path('a')")


def test_paths_are_equal_by_their_steps() -> None:
    assert {Path("a", 0), Path("a") / 0, Path("a", Key("0")), Path("a", "0")} == {
        Path("a", 0), Path("a", Key("0")), Path("a", "0")
    }  # fmt: skip


def test_each_step_has_its_own_form_on_the_wire() -> None:
    steps = Path("labels", Key("k"), 3).to_message().steps
    assert [step.WhichOneof("selector") for step in steps] == [
        "attribute_name", "element_key_string", "element_key_int"
    ]  # fmt: skip
    assert (steps[0].attribute_name, steps[1].element_key_string, steps[2].element_key_int) == ("labels", "k", 3)
