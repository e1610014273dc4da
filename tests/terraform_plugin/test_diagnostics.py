"""What a user is told carries its path, also in the text."""

from __future__ import annotations

from terraform_plugin import Diagnostic, DiagnosticError, Path, Stopped
from terraform_plugin.diagnostics import ERROR, WARNING


def test_the_path_is_sent_and_said() -> None:
    message = Diagnostic(ERROR, "Wrong", "Too long.", Path("rules", 0, "name")).to_message()
    assert (message.severity, message.summary) == (1, "Wrong")
    assert message.detail == "Attribute: rules[0].name\n\nToo long."
    assert [step.WhichOneof("selector") for step in message.attribute.steps] == [
        "attribute_name", "element_key_int", "attribute_name"
    ]  # fmt: skip


def test_a_path_that_the_text_names_already_is_not_repeated() -> None:
    assert Diagnostic(ERROR, "Wrong", "name: too long", Path("name")).to_message().detail == "name: too long"


def test_without_a_path_nothing_is_added() -> None:
    message = Diagnostic(WARNING, "Mind this").to_message()
    assert (message.severity, message.detail, message.HasField("attribute")) == (2, "", False)


def test_errors_say_it_all_as_exceptions_too() -> None:
    assert str(DiagnosticError("Cannot do it", "Because.")) == "Cannot do it: Because."
    assert str(DiagnosticError("Cannot do it")) == "Cannot do it"
    assert Stopped().diagnostic.summary == "Interrupted"
