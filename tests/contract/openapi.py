"""The published document of the Connections API as a judge of requests and answers.

It says of one exchange what in it the document does not allow. It knows neither the tenant nor the client, so that an
error that both make alike is still found. Where the document itself has a hole that any server must fill, the hole
and its fillings stand in one place, below, and nothing else is added to what is published.
"""

from __future__ import annotations

import json
import pathlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import unquote

import jsonschema_rs

DOCUMENT = pathlib.Path(__file__).with_name("connections.openapi.json")
PREFIX = "/api/connections"
JSON = "application/json"

_ERRORS = "ErrorResponseSchemaV1"
# Answers that a server must have and the document does not list: these reads constrain their query and name no error
# for a query that breaks the rules.
GAPS: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("get", "/api/connections"): ("400",),
    ("get", "/api/connections/{connectionKey}/dataObjects/{id}/children"): ("400",),
}
# Bodies that no operation of theirs can do without; the document marks none as required. An absent body of the other
# operations says as much as an empty object.
BODIES = ("/api/connections", "/api/connections/dataObjects/_search", "/api/connections/{connectionKey}/tasks")
# Of every operation: the documents of the other APIs have these, in the envelope of those APIs.
OF_ALL_APIS = (401, 403, 415)
_ENVELOPE = {
    "type": "object",
    "properties": {
        "statusCode": {"enum": list(OF_ALL_APIS)},
        "error": {"type": "string"},
        "message": {"type": "string"},
    },
    "required": ["statusCode", "error", "message"],
    "additionalProperties": False,
}


def document() -> dict[str, Any]:
    """Return the document with its gaps filled: the answers of `GAPS` and the bodies of `BODIES`."""
    published: dict[str, Any] = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    for (method, path), statuses in GAPS.items():
        for status in statuses:
            assert status not in published["paths"][path][method]["responses"], (method, path, status)
            published["paths"][path][method]["responses"][status] = _answer(_ERRORS)
    for path in BODIES:
        published["paths"][path]["post"]["requestBody"]["required"] = True
    return published


def _answer(schema: str) -> dict[str, Any]:
    return {"description": "", "content": {JSON: {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


@dataclass(frozen=True)
class Exchange:
    """One request and its answer, as they went over the wire.

    `target` is the raw path, still escaped; `query` has every value of a parameter, in order; `answer` is None where
    no whole answer was sent.
    """

    method: str
    target: str
    query: Mapping[str, Sequence[str]]
    body: bytes
    status: int
    answer: bytes | None

    @property
    def name(self) -> str:
        """What a person calls it."""
        return f"{self.method} {unquote(self.target)} ({self.status})"


class Operation:
    """One operation of the document."""

    def __init__(self, path: str, described: Mapping[str, Any], components: Mapping[str, Any]) -> None:
        self.path = path
        self._described = described
        self._components = components
        self._schemas: dict[str, jsonschema_rs.Draft202012Validator] = {}

    def request_faults(self, path: Mapping[str, str], query: Mapping[str, Sequence[str]], body: bytes) -> list[str]:
        """Return what the document does not allow in a request."""
        return [*self._path_faults(path), *self._query_faults(query), *self._body_faults(body)]

    def answer_faults(self, status: int, body: bytes) -> list[str]:
        """Return what the document does not allow in an answer."""
        if status in OF_ALL_APIS:
            return self._json_faults("answer", "envelope", _ENVELOPE, body)
        answers = self._described["responses"]
        if str(status) not in answers:
            return [f"the status {status} is not documented, only {', '.join(answers)}"]
        return self._json_faults("answer", str(status), answers[str(status)]["content"][JSON]["schema"], body)

    def _parameters(self, place: str) -> dict[str, Mapping[str, Any]]:
        return {each["name"]: each for each in self._described.get("parameters", ()) if each["in"] == place}

    def _path_faults(self, path: Mapping[str, str]) -> list[str]:
        parameters = self._parameters("path")
        return [fault for name, text in path.items() for fault in self._value_faults(parameters[name], [text])]

    def _query_faults(self, query: Mapping[str, Sequence[str]]) -> list[str]:
        parameters = self._parameters("query")
        unknown = [f"query: {name!r} is not documented" for name in query if name not in parameters]
        known = [name for name in query if name in parameters]
        return unknown + [fault for name in known for fault in self._value_faults(parameters[name], query[name])]

    def _value_faults(self, parameter: Mapping[str, Any], texts: Sequence[str]) -> list[str]:
        name, schema = parameter["name"], parameter["schema"]
        if schema.get("type") == "array":
            return self._schema_faults(name, name, schema, list(texts))
        if len(texts) > 1:
            return [f"{name}: given {len(texts)} times"]
        return self._schema_faults(name, name, schema, _typed(texts[0], schema.get("type")))

    def _body_faults(self, body: bytes) -> list[str]:
        described = self._described.get("requestBody")
        if described is None:
            return ["body: this operation takes none"] if body else []
        text = body if body or described.get("required", False) else b"{}"
        return self._json_faults("body", "body", described["content"][JSON]["schema"], text)

    def _json_faults(self, where: str, name: str, schema: Mapping[str, Any], text: bytes) -> list[str]:
        try:
            value = json.loads(text)
        except ValueError:
            return [f"{where}: is no JSON"]
        return self._schema_faults(where, name, schema, value)

    def _schema_faults(self, where: str, name: str, schema: Mapping[str, Any], value: Any) -> list[str]:
        if name not in self._schemas:
            whole = {**schema, "components": self._components}
            self._schemas[name] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return [text for error in self._schemas[name].iter_errors(value) for text in _explained(where, error)]


class Contract:
    """The whole document, by method and path."""

    def __init__(self, described: Mapping[str, Any]) -> None:
        self._described = described

    @cached_property
    def operations(self) -> dict[tuple[str, str], Operation]:
        """Every operation, by method in upper case and path as documented."""
        components = self._described["components"]
        return {
            (method.upper(), path): Operation(path, described, components)
            for path, methods in self._described["paths"].items()
            for method, described in methods.items()
        }

    @cached_property
    def _patterns(self) -> list[tuple[str, re.Pattern[str]]]:
        # Fewer parameters first: a literal segment wins over one that takes any text.
        paths = sorted(self._described["paths"], key=lambda path: path.count("{"))
        return [(path, re.compile(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", path))) for path in paths]

    def find(self, method: str, target: str) -> tuple[Operation, dict[str, str]] | None:
        """Return the operation that a raw path addresses with the decoded values of its segments, or None."""
        for path, pattern in self._patterns:
            if (match := pattern.fullmatch(target)) and (method, path) in self.operations:
                values = {name: unquote(value) for name, value in match.groupdict().items()}
                return self.operations[method, path], values
        return None

    def request_faults(self, exchange: Exchange) -> list[str]:
        """Return what the document does not allow in the request of an exchange."""
        found = self.find(exchange.method, exchange.target)
        if found is None:
            return ["there is no such operation"]
        operation, path = found
        return operation.request_faults(path, exchange.query, exchange.body)

    def answer_faults(self, exchange: Exchange) -> list[str]:
        """Return what the document does not allow in the answer of an exchange.

        A request that breaks the rules must have been refused: a server that takes what the document forbids is as
        wrong as one that answers what it forbids. Of what the document does not have at all there is nothing to
        expect but a refusal.
        """
        found = self.find(exchange.method, exchange.target)
        wrong = self.request_faults(exchange)
        accepted = [f"accepted although {fault}" for fault in wrong] if exchange.status < 400 else []
        if found is None or exchange.answer is None:
            return accepted
        return accepted + found[0].answer_faults(exchange.status, exchange.answer)


def contract() -> Contract:
    """Return the Connections API as it is published."""
    return Contract(document())


def _typed(text: str, kind: str | None) -> Any:
    if kind in ("integer", "number"):
        return int(text) if re.fullmatch(r"-?\d+", text) else text
    return text


def _explained(where: str, error: jsonschema_rs.ValidationError) -> Iterator[str]:
    # Of a union the errors of the variant that was meant say more than that none fits.
    if error.kind.name in ("anyOf", "oneOf") and (variants := getattr(error.kind, "context", None)):
        for inner in min(variants, key=_distance):
            yield from _explained(where, inner)
        return
    yield f"{'.'.join([where, *map(str, error.instance_path)])}: {error.message[:300]}"


def _distance(variant: Sequence[jsonschema_rs.ValidationError]) -> tuple[int, int]:
    weights = {"const": 3, "additionalProperties": 2, "required": 1}
    return sum(weights.get(error.kind.name, 0) for error in variant), len(variant)
