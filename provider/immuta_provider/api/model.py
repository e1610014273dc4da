"""How answers become typed objects: leniently, because a tenant may be newer than the provider.

Unknown attributes are kept aside, nulls count as absent, and unknown values of an enumeration stay as they are. Only
what nothing can work without (an id, a name) is required.
"""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from immuta_provider.api.answers import missing


class ApiModel(BaseModel):
    """An object as the API returns it; attributes are the API's names in snake_case."""

    model_config = ConfigDict(
        extra="allow",
        alias_generator=to_camel,
        validate_by_name=True,
        validate_by_alias=True,
        coerce_numbers_to_str=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _null_is_absent(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        return {name: value for name, value in data.items() if value is not None}

    @property
    def unknown(self) -> dict[str, Any]:
        """The attributes that this version does not know, as they came (nulls left out)."""
        return dict(self.model_extra or {})

    @classmethod
    def read(cls, attempted: str, data: Any) -> Self:
        """The object in the decoded answer of the request `attempted`. Raises UnexpectedAnswer if it is none."""
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            problems = "; ".join(_problem(detail) for detail in error.errors(include_input=False)[:5])
            raise missing(attempted, f"{cls.__name__}: {problems}") from None


class Named(ApiModel):
    """A reference to something by its name: a purpose or a tag inside another object."""

    name: str
    deleted: bool = False

    @model_validator(mode="before")
    @classmethod
    def _from_name(cls, data: Any) -> Any:
        return {"name": data} if isinstance(data, str) else data


def _problem(detail: Any) -> str:
    where = ".".join(str(part) for part in detail["loc"]) or "the answer"
    return f"{where}: {detail['msg']}"
