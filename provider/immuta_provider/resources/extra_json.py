"""`extra_json`: what the provider has no attribute for yet, merged into the body of every write.

It is compared only at the paths it names: what the API returns there replaces the value in the state, what the API does
not return counts as written.
"""

from __future__ import annotations

import json
from typing import Any

from terraform_plugin import attribute


def is_object(text: str) -> str | None:
    """Refuse a text that is not a JSON object."""
    try:
        return None if isinstance(json.loads(text), dict) else "it is JSON, but not an object"
    except ValueError as error:
        return f"it is not JSON: {error}"


def same(left: str | None, right: str | None) -> bool:
    """Two texts of the same JSON."""
    return bool(_parsed(left) == _parsed(right))


def _parsed(text: str | None) -> Any:
    return json.loads(text) if text else None


def extra_json_attribute(body: str) -> Any:
    """The attribute `extra_json` of a resource whose writes have the body `body`."""
    return attribute(
        validators=[is_object],
        same=same,
        description=f"A JSON object that is merged into the body of every {body}, for attributes of the API that this "
        "provider does not know yet. Compared only at the paths it names.",
    )


def merged(body: dict[str, Any], extra: str | None) -> dict[str, Any]:
    """`body` with the object `extra` merged into it; objects are merged member by member, all else is replaced."""
    return _merge(body, _parsed(extra)) if extra else body


def _merge(base: Any, extra: Any) -> Any:
    if not (isinstance(base, dict) and isinstance(extra, dict)):
        return extra
    return {**base, **{name: _merge(base.get(name), value) for name, value in extra.items()}}


def names_something(extra: Any) -> bool:
    """Whether `extra` has a member; not where it is unknown, or no object, which its validator refuses."""
    return isinstance(extra, str) and is_object(extra) is None and bool(_parsed(extra))


def read_back(extra: str | None, returned: dict[str, Any]) -> str | None:
    """`extra` as the API has it now: at each path it names the returned value, where there is one."""
    if not extra:
        return extra
    now = _overlay(_parsed(extra), returned)
    return extra if now == _parsed(extra) else json.dumps(now, sort_keys=True)


def _overlay(named: Any, returned: Any) -> Any:
    if isinstance(named, dict) and isinstance(returned, dict):
        return {name: _overlay(value, returned[name]) if name in returned else value for name, value in named.items()}
    if isinstance(named, list) and isinstance(returned, list) and len(named) == len(returned):
        return [_overlay(value, other) for value, other in zip(named, returned, strict=True)]
    return named if _alike(named, returned) else returned


def _alike(named: Any, returned: Any) -> bool:
    """The same, or a number that the API writes as text."""
    is_number = isinstance(named, int | float) and not isinstance(named, bool)
    return bool(named == returned or (is_number and returned == str(named)))


def covers(returned: Any, named: Any) -> bool:
    """Whether `returned` says at each path of `named` the same or nothing. The order of lists does not matter."""
    if isinstance(named, dict) and isinstance(returned, dict):
        return all(covers(returned[name], value) for name, value in named.items() if name in returned)
    if not (isinstance(named, list) and isinstance(returned, list)):
        return _alike(named, returned)
    rest = list(returned)
    for each in named:
        match = next((other for other in rest if covers(other, each)), None)
        if match is None:
            return False
        rest.remove(match)
    return not rest
