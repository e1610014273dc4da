"""The tree of errors: complete texts, stable codes, and a section of the documentation for each."""

from __future__ import annotations

import pathlib
import re

import pytest

from immuta_provider.api import ApiError, ConfigurationError, NotFound, RequestFailed, errors

PAGE = pathlib.Path(__file__).parents[3] / "docs" / "errors.md"


def tree(root: type[ApiError] = ApiError) -> list[type[ApiError]]:
    return [root] + [each for child in root.__subclasses__() for each in tree(child)]


CODED = [each for each in tree() if each.code]


def api_part(page: str) -> str:
    """The page may hold parts of other packages, each under a heading of the second level."""
    return page.partition("\n## The Immuta API\n")[2].partition("\n## ")[0]


def test_the_codes_are_these_for_good() -> None:
    assert sorted(each.code for each in CODED) == [
        "api-acknowledgement-required",
        "api-conflict",
        "api-connection-failed",
        "api-forbidden",
        "api-interrupted",
        "api-invalid-request",
        "api-key-invalid",
        "api-key-missing",
        "api-not-finished",
        "api-not-found",
        "api-rate-limited",
        "api-server-unavailable",
        "api-timeout",
        "api-tls-failed",
        "api-unauthorized",
        "api-unexpected-answer",
        "ca-file-invalid",
        "host-invalid",
        "host-missing",
        "plain-http-refused",
        "proxy-invalid",
        "setting-invalid",
    ]


def test_every_code_has_its_section_and_every_section_its_code() -> None:
    sections = re.findall(r"^### (\S+)$", api_part(PAGE.read_text()), re.MULTILINE)
    assert sections == sorted(each.code for each in CODED)


def test_the_docstring_draws_the_tree() -> None:
    drawn = re.findall(r"^[│├└─ ]*([A-Z]\w+)", (errors.__doc__ or "").partition("\n\n")[2], re.MULTILINE)
    assert set(drawn) - {"Every"} == {each.__name__ for each in tree()}
    for each in CODED:
        assert re.search(rf"── {each.__name__} +{each.code}$", errors.__doc__ or "", re.MULTILINE)


@pytest.mark.parametrize("kind", CODED, ids=lambda kind: kind.__name__)
def test_every_text_says_what_happened_and_what_to_do(kind: type[ApiError]) -> None:
    error = kind("host") if issubclass(kind, ConfigurationError) else kind("PUT /thing/1")
    lines = str(error).splitlines()
    assert re.match(r"(host|(Waited for )?PUT /thing/1): .+\.$", lines[0])
    assert re.match(r"What to do: .+\.$", lines[-2])
    assert lines[-1] == f"See docs/errors.md#{kind.code}"


def test_a_complete_text() -> None:
    error = NotFound("PUT /governance/purpose/10", status=404, server_message="Purpose not found: 10")
    error.attempts = 3
    assert str(error) == (
        "PUT /governance/purpose/10: there is no such object (status 404, after 3 attempts).\n"
        "The server said: Purpose not found: 10\n"
        "What to do: check the id or the key; the object may have been deleted outside, or the host be another "
        "tenant.\n"
        "See docs/errors.md#api-not-found"
    )


def test_errors_are_caught_by_their_meaning() -> None:
    assert issubclass(errors.NotFound, errors.Refused)
    assert issubclass(errors.Refused, RequestFailed)
    assert issubclass(errors.TlsFailed, errors.ConnectionFailed)
    assert not issubclass(ConfigurationError, RequestFailed)
