"""Names and expressions whose ends Immuta cuts."""

from __future__ import annotations

import pytest

from immuta_provider.resources.names import all_trimmed, same_when_trimmed, trimmed
from terraform_plugin import UNKNOWN


@pytest.mark.parametrize("name", ["a", "a b", "\u202ea", "a/b?"])
def test_a_name(name: str) -> None:
    assert trimmed(name) is None


@pytest.mark.parametrize("name", ["", " a", "a ", "\u00a0a", "a\nb", "a\n"])
def test_what_is_no_name(name: str) -> None:
    assert trimmed(name) == f"{name!r} is not one line without spaces at its ends"


def test_each_name_that_is_known() -> None:
    assert all_trimmed(["a", UNKNOWN, None]) is None
    assert all_trimmed(["a", UNKNOWN, " b"]) == trimmed(" b")


def test_the_ends_of_an_expression_mean_nothing() -> None:
    assert same_when_trimmed("@isInGroups('A')\n", "@isInGroups('A')")
    assert same_when_trimmed(None, "")
    assert not same_when_trimmed("a b", "ab")
