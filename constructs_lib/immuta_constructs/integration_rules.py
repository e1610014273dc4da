"""What the provider would refuse of an integration, said at the user's own line instead of in `terraform validate`.

References are left alone: nobody knows their values yet.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from immuta_constructs.errors import ValueProblem, at_caller
from immuta_constructs.nested import NestedObject, members
from immuta_constructs.tokens import is_reference, is_resolvable

__all__ = ["check_bootstrap", "check_destroy_credentials", "check_port", "check_text", "login"]

_HOST: Final = (re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*"), "a bare host name, without scheme, port and path")
_FORMS: Final = {
    "host": _HOST,
    "workspace_url": _HOST,
    "proxy_host": _HOST,
    "catalog": (re.compile(r"[A-Za-z_][A-Za-z0-9_]*"), "a name of letters, digits and underscores, no digit first"),
    "dataset_suffix": (re.compile(r"_.*"), "a suffix that begins with an underscore"),
    "aws_location_path": (re.compile(r"s3://.*"), "a path that begins with s3://"),
}
_FUNCTIONS: Final = {"oauth_client_credentials": "oauth_secret"}


def login(given: Any, *methods: str) -> dict[str, Any]:
    """The way to sign in, as an attribute of the platform.

    Raises:
        ValueProblem: it is none, or one that the platform does not have.
    """
    offered = ", ".join(f"authentication.{_FUNCTIONS.get(name, name)}(...)" for name in methods)
    if not isinstance(given, Mapping):
        _refuse(f"authentication: takes one of {offered}; got a {type(given).__name__}.")
    if len(given) != 1 or next(iter(given)) not in methods:
        _refuse(f"authentication: takes one of {offered}; got {', '.join(map(str, given)) or 'nothing'}.")
    return dict(given)


def check_text(**given: Any) -> None:
    """Raise ValueProblem for a text that is not of its form."""
    for name, value in given.items():
        form, words = _FORMS[name]
        if isinstance(value, str) and not is_reference(value) and not form.fullmatch(value):
            _refuse(f"{name}: needs {words}; got {value!r}.")


def check_port(**given: Any) -> None:
    """Raise ValueProblem for a number that is no port."""
    for name, value in given.items():
        if isinstance(value, int) and not isinstance(value, bool) and not 0 <= value <= 65535:
            _refuse(f"{name}: is a number from 0 to 65535; got {value}.")


def check_bootstrap(automatic: Any, *, needs: Mapping[str, Any], excludes: Mapping[str, Any]) -> None:
    """Raise ValueProblem for what is missing where Immuta sets the platform up, or has no meaning where it does not.

    Args:
        automatic: whether Immuta sets the platform up.
        needs: what is needed where it does, by argument.
        excludes: what has a meaning only there, by argument.
    """
    for name, value in needs.items() if automatic is True else ():
        if value is None:
            _refuse(f"{name}: is needed where auto_bootstrap is True.")
    for name, value in excludes.items() if automatic is False else ():
        if value is not None:
            _refuse(f"{name}: works only where auto_bootstrap is True.")


def check_destroy_credentials(meta: Mapping[str, Any], automatic: Any, way: Mapping[str, Any] | None) -> None:
    """Raise ValueProblem for credentials that a deletion does not take.

    Args:
        meta: the arguments that every integration takes.
        automatic: whether Immuta sets the platform up.
        way: how Immuta signs in; None where a deletion takes no credentials.
    """
    given = meta.get("destroy_credentials")
    given = members(given) if isinstance(given, NestedObject) else given
    if given is None or is_resolvable(given) or not isinstance(given, Mapping):
        return
    if way is None or automatic is False:
        _refuse("destroy_credentials: this integration is deleted without credentials; leave them out.")
    if set(given) != set(way):
        _refuse(f"destroy_credentials: must be {', '.join(way)}, as authentication is; got {', '.join(given)}.")


def _refuse(text: str) -> NoReturn:
    raise ValueProblem(at_caller(text))
