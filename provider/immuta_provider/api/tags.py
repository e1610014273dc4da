"""Tags as the governance API lists them. So far: which id a name has."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from immuta_provider.api.answers import missing
from immuta_provider.api.model import ApiModel

if TYPE_CHECKING:
    from immuta_provider.api.transport import Client

TAGS: Final = "/tag"


class Tag(ApiModel):
    """A tag. `name` is the whole name; `source` the catalog that it comes from, `curated` for Immuta's own."""

    id: int
    name: str
    source: str | None = None
    deleted: bool = False


class TagsApi:
    """The calls of tags: V1 API, /tag."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def find(self, name: str) -> list[Tag]:
        """The tags with exactly this name, deleted ones left out (V1 API, GET /tag).

        There is more than one where several catalogs have tags of that name. How accents are composed does not matter.
        """
        answer = self._client.request("GET", TAGS, params={"searchText": name})
        if not isinstance(answer, list):
            raise missing(f"GET {TAGS}", "it is no list")
        tags = (Tag.read(f"GET {TAGS}", each) for each in answer)
        return [tag for tag in tags if _composed(tag.name) == _composed(name) and not tag.deleted]


def _composed(name: str) -> str:
    return unicodedata.normalize("NFC", name)
