"""What a family of the API declares: its endpoints, each a method, a path and a handler.

The handler's own annotation `Call[ItsQuery, ItsBody]` says what the query and the body must look like, so that a
table and a handler cannot disagree.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar, get_args, get_type_hints
from urllib.parse import unquote

from pydantic import BaseModel
from starlette.responses import Response

from immuta_tenant.authentication import Caller
from immuta_tenant.errors import ApiError
from immuta_tenant.settings import Settings
from immuta_tenant.store import Store, Transaction
from immuta_tenant.tenant import Tenant
from immuta_tenant.validation import path_integer

Json = dict[str, Any] | list[Any]
QueryModel = TypeVar("QueryModel", bound=BaseModel)
BodyModel = TypeVar("BodyModel", bound=BaseModel)


@dataclass(frozen=True)
class Call(Generic[QueryModel, BodyModel]):
    """One request that has been authenticated and validated, inside its transaction.

    `raw_path` has the parameters of the path, still escaped.
    """

    tenant: Tenant
    caller: Caller
    raw_path: Mapping[str, str]
    query: QueryModel
    body: BodyModel
    transaction: Transaction

    @property
    def store(self) -> Store:
        """The tenant's state."""
        return self.tenant.store

    @property
    def settings(self) -> Settings:
        """The tenant's settings."""
        return self.tenant.settings

    @property
    def path(self) -> Mapping[str, str]:
        """The parameters of the path."""
        return {name: unquote(value) for name, value in self.raw_path.items()}

    def path_segments(self, name: str) -> list[str]:
        """Return the segments of a parameter that takes the rest of the path (`{name:path}`)."""
        return [unquote(segment) for segment in self.raw_path[name].split("/")]

    def path_integer(self, name: str) -> int:
        """Return an integer segment of the path, or raise a 400 that names it."""
        return path_integer(self.path, name)

    def keep_nothing(self) -> None:
        """Undo every change when the handler has answered: a dry run does all the work and keeps none of it."""
        self.transaction.discard()


@dataclass(frozen=True)
class Endpoint:
    """One endpoint.

    Parameters:
        method, path: as documented, with `{names}` for segments.
        handler: takes a `Call[Query, Body]` and returns the JSON or the plain text of a success, None for one without a
            body, or a whole response.
        permissions: the caller needs one of these; none means any authenticated caller.
        public: served without a credential.
        any_content_type: the body is JSON or else YAML, whatever its content type says.
        status: the status of a success.
        refusal: gives a refusal the form that this part of the API has for it; by default the envelope of all others.
    """

    method: str
    path: str
    handler: Callable[[Call[Any, Any]], Json | str | Response | None]
    permissions: tuple[str, ...] = ()
    public: bool = False
    any_content_type: bool = False
    status: int = 200
    refusal: Callable[[ApiError], ApiError] | None = None

    @property
    def accepts_yaml(self) -> bool:
        """Whether the body may be YAML: the V2 API takes both."""
        return self.path.startswith("/api/v2/")

    @cached_property
    def models(self) -> tuple[type[BaseModel], type[BaseModel]]:
        """The models of the query and of the body, from the handler's annotation."""
        parameter = next(iter(inspect.signature(self.handler).parameters))
        query, body = get_args(get_type_hints(self.handler)[parameter])
        return query, body
