"""Newer lists are paged by an opaque cursor; this follows it to the end, in the query or in the body of a search."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from immuta_provider.api.answers import missing

if TYPE_CHECKING:
    from immuta_provider.api.transport import Client

PAGE_SIZE: Final = 100


def items(
    client: Client,
    path: str,
    *,
    envelope: str,
    key: str,
    params: Mapping[str, Any] | None = None,
    search: Mapping[str, Any] | None = None,
    size: int = PAGE_SIZE,
) -> Iterator[dict[str, Any]]:
    """Every item of a list, page by page, each once.

    Parameters
        path: the list's path.
        envelope: attribute of the answer that holds the items.
        key: attribute that tells items apart.
        params: further query parameters, such as `sort` or `filter[type]`.
        search: body of a search, which is posted and takes the page in its `meta`; None for a list that is got.
        size: items asked for at a time, at most 100.

    The cursor of an answer is read as that of the next page (Connections API). Raises UnexpectedAnswer when the answer
    is no such list, or holds fewer items than its `totalCount` when the cursors end.
    """
    cursors: set[str | None] = {None}
    seen: set[Any] = set()
    cursor: str | None = None
    while True:
        answer = _page(client, path, params, search, {"limit": size, "cursor": cursor})
        page = _items(path, answer, envelope)
        fresh = [item for item in page if item.get(key) not in seen]
        yield from fresh
        seen.update(item.get(key) for item in fresh)
        cursor = _next(answer)
        if not page or not cursor or cursor in cursors:
            return _check_complete(path, answer, len(seen))
        cursors.add(cursor)


def _page(
    client: Client, path: str, params: Mapping[str, Any] | None, search: Mapping[str, Any] | None, page: dict[str, Any]
) -> Any:
    given = {name: value for name, value in page.items() if value is not None}
    if search is None:
        query = {**(params or {}), **{f"page[{name}]": value for name, value in given.items()}}
        return client.request("GET", path, params=query)
    body = {**search, "meta": {**search.get("meta", {}), "page": given}}
    return client.request("POST", path, params=params, json=body, idempotent=True)


def _items(path: str, answer: Any, envelope: str) -> list[dict[str, Any]]:
    page = answer.get(envelope) if isinstance(answer, dict) else None
    if not isinstance(page, list) or not all(isinstance(item, dict) for item in page):
        raise missing(path, f'there is no list of objects in "{envelope}"')
    return page


def _meta(answer: dict[str, Any]) -> dict[str, Any]:
    meta = answer.get("meta")
    return meta if isinstance(meta, dict) else {}


def _next(answer: dict[str, Any]) -> str | None:
    page = _meta(answer).get("page")
    cursor = page.get("cursor") if isinstance(page, dict) else None
    return cursor if isinstance(cursor, str) else None


def _check_complete(path: str, answer: dict[str, Any], given: int) -> None:
    total = _meta(answer).get("totalCount")
    if isinstance(total, int) and given < total:
        raise missing(path, f"the server counts {total} items and its pages end after {given}")
