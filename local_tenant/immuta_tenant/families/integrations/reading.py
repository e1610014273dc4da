"""What a request says about an integration: its platform, how it is set up, and its complete `config`."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

from immuta_tenant.authentication import digest
from immuta_tenant.errors import bad_request
from immuta_tenant.families.integrations.platforms import (
    CLEAR,
    PLACEHOLDERS,
    PLATFORMS,
    REDACTED,
    Path,
    Platform,
    key_file,
    value_at,
)
from immuta_tenant.families.integrations.schema import EnvelopeBody
from immuta_tenant.store import Document
from immuta_tenant.validation import validated


@dataclass(frozen=True)
class Stated:
    """An integration as a request states it; `config` has the server's defaults, and the secrets in clear."""

    platform: Platform
    automatic: bool | None
    config: Document

    @property
    def site(self) -> str:
        """What there can be one integration for; empty when there can be many."""
        return self.platform.site(self.config)


def stated(body: EnvelopeBody) -> Stated:
    """Return what POST, PUT and scripts state.

    Raises:
        ApiError: 400, naming the first attribute that is wrong.
    """
    platform = PLATFORMS[body.type]
    if not platform.has_config:
        for name in ("autoBootstrap", "config"):
            if name in body.model_fields_set:
                raise bad_request(f'"{name}" is not allowed')
        return Stated(platform, None, {})
    if body.autoBootstrap is None:
        raise bad_request('"autoBootstrap" is required')
    if body.autoBootstrap not in platform.methods:
        raise bad_request('"autoBootstrap" must be false')
    if body.config is None:
        raise bad_request('"config" is required')
    config = _model(platform, body.autoBootstrap, body.config)
    return Stated(platform, body.autoBootstrap, config.model_dump(by_alias=True, exclude_none=True))


def credentials(platform: Platform, method: str, body: Document) -> None:
    """Check the credentials in a DELETE.

    Raises:
        ApiError: 400, naming the first attribute that is wrong.
    """
    validated(platform.disabling[method], body)


def refuse_placeholders(wanted: Stated) -> None:
    """Raise a 400 for a secret that is what responses show in its place."""
    for path in wanted.platform.secrets:
        value = value_at(wanted.config, path)
        if value in PLACEHOLDERS or (isinstance(value, str) and value and not value.strip("*")):
            raise bad_request(f'"config.{".".join(path)}" must be the secret itself, not what responses show of it')


def kept(wanted: Stated) -> tuple[Document, Document]:
    """Return the `config` that is stored, and digests of its secrets by path.

    A secret that no response shows is not stored.
    """
    config = copy.deepcopy(wanted.config)
    digests = {}
    for path, shown in wanted.platform.secrets.items():
        value = value_at(config, path)
        if value is not None:
            digests[".".join(path)] = digest(str(value))
            if shown != CLEAR:
                put(config, path, REDACTED)
    if "credential" in config:
        config["credential"] = key_file(config)
    return config, digests


def attributes(platform: Platform, integration: Document) -> set[str]:
    """Return the names that an integration can have in its `config`."""
    if not platform.has_config:
        return {"apiKey"}
    methods = platform.methods[integration["autoBootstrap"]]
    model = methods[integration["config"].get("authenticationType")]
    return {information.alias or name for name, information in model.model_fields.items()}


def put(config: Document, path: Path, value: Any) -> None:
    """Change an attribute of a `config`."""
    *parents, last = path
    for name in parents:
        config = config[name]
    config[last] = value


def changed(before: Document, after: Document, names: Iterable[str]) -> list[str]:
    """Return which of these attributes differ between two forms of a `config`."""
    return [name for name in names if before.get(name) != after.get(name)]


def _model(platform: Platform, automatic: bool, config: Document) -> BaseModel:
    methods = platform.methods[automatic]
    if None in methods:
        return validated(methods[None], config, within="config")
    if "authenticationType" not in config:
        raise bad_request('"config.authenticationType" is required')
    method = config["authenticationType"]
    if not isinstance(method, str) or method not in methods:
        raise bad_request(f'"config.authenticationType" must be one of [{", ".join(map(str, methods))}]')
    return validated(methods[method], config, within="config")
