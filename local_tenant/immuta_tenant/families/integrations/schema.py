"""What requests about integrations must look like, except `config` (`schema_clouds`, `schema_warehouses`).

`schema_delete` has the bodies of DELETE.
"""

# ruff: noqa: N815 - the fields of request models are the attributes of the API, letter by letter
from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, RootModel, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from immuta_tenant.validation import Body, NotNull, Query, QueryBool

PlatformName = Literal[
    "Azure Synapse Analytics", "Databricks", "Google BigQuery", "Native S3", "Redshift", "Snowflake", "Trino"
]
Operation = Literal["create", "edit", "delete"]


def _matches(pattern: str, complaint: str) -> Callable[[str], str]:
    def checked(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise PydanticCustomError("form", "{complaint}", {"complaint": complaint})
        return value

    return checked


def _port(value: int) -> int:
    if not 0 <= value <= 65535:
        raise PydanticCustomError("port", "must be a port from 0 to 65535")
    return value


def _positive(value: int) -> int:
    if value < 1:
        raise PydanticCustomError("positive", "must be at least 1")
    return value


Text = Annotated[str, StringConstraints(min_length=1)]
Positive = Annotated[int, AfterValidator(_positive)]
Port = Annotated[int, AfterValidator(_port)]
Host = Annotated[str, AfterValidator(_matches(r"[A-Za-z0-9._-]+", "must be a bare host name, without a scheme"))]
S3Path = Annotated[str, AfterValidator(_matches(r"s3://.*", "must start with s3://"))]
Suffix = Annotated[str, AfterValidator(_matches(r"_.*", "must start with _"))]
Catalog = Annotated[
    str, AfterValidator(_matches(r"[A-Za-z_][A-Za-z0-9_]*", "must be letters, digits and _, with no digit in front"))
]


class EnvelopeBody(Body):
    """POST and PUT. What else it must have depends on the platform, so `reading` looks closer."""

    type: PlatformName
    autoBootstrap: NotNull[bool] = None
    config: NotNull[dict[str, Any]] = None


class DeleteBody(RootModel[dict[str, Any]]):
    """DELETE /integrations/{id}: credentials or nothing. What is due depends on the integration."""


class WriteQuery(Query):
    """POST and PUT."""

    dryRun: QueryBool = False


class DeleteQuery(Query):
    """DELETE /integrations/{id}."""

    dryRun: QueryBool = False
    forceDisable: QueryBool = False


class FaultBody(Body):
    """POST /_local/integration-faults: what goes wrong with integrations, until it is cleared.

    Parameters:
        operation, type: which requests; every one by default.
        test: the name, or the start of the name, of a validation test, in any letter case.
        status: what becomes of the test; by default `failed`, or `warning` where the documents only know that.
        message: of the test; by default the documented one.
        late: the request is accepted, and the operation ends in an error state with that test among its results. The
            default with a test is to refuse the request, without one to accept it.
    """

    operation: NotNull[Operation] = None
    type: NotNull[PlatformName] = None
    test: NotNull[Text] = None
    status: NotNull[Literal["failed", "warning", "skipped"]] = None
    message: NotNull[Text] = None
    late: NotNull[bool] = None

    @model_validator(mode="after")
    def _consistent(self) -> FaultBody:
        if self.test is None and (self.status or self.message):
            raise PydanticCustomError("fault", "of a fault has status and message only with a test")
        if self.late and self.status not in (None, "failed"):
            raise PydanticCustomError("fault", "of a fault that is late has only the status failed")
        return self


class StatusBody(Body):
    """POST /_local/integrations/{id}/status: an integration is moved into a status, by the server so to speak.

    Parameters:
        status: any text, so that a client can also be shown one that it does not know.
        seconds: how long it lasts; by default for good, `migrating` for the tenant's delay.
        then: the status after that.
        test, message: a validation test that the results show as failed from now on.
    """

    status: Text
    seconds: NotNull[float] = Field(default=None, ge=0)
    then: Text = "enabled"
    test: NotNull[Text] = None
    message: NotNull[Text] = None
