"""Lists come in pages; this reads them to the end and notices a server that would have it read for ever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from immuta_provider.api.answers import missing

if TYPE_CHECKING:
    from immuta_provider.api.transport import Client

PAGE_SIZE: Final = 200


def items(
    client: Client,
    path: str,
    *,
    envelope: str | None,
    params: Mapping[str, Any] | None = None,
    size: int = PAGE_SIZE,
    key: str = "id",
    method: str = "GET",
) -> Iterator[dict[str, Any]]:
    """Every item of a list, page by page, each once.

    Parameters
        path: the list's path; it takes `offset` (items, not pages) and `size`.
        envelope: attribute of the answer that holds the items; None for a bare array.
        params: further query parameters.
        size: items asked for at a time. A server that gives fewer is believed only if `count` agrees.
        key: attribute that tells items apart; of items that lack it, all count.
        method: "POST" for a search, which changes nothing for all that.

    Raises UnexpectedAnswer when the answer is no such list, or when the server ignores `offset` with more to come.
    """
    seen: set[Any] = set()
    previous: list[dict[str, Any]] = []
    received = given = 0
    while True:
        query = {**(params or {}), "offset": received, "size": size}
        answer = client.request(method, path, params=query, idempotent=True)
        page = _page(path, answer, envelope)
        fresh = [] if page == previous else [item for item in page if key not in item or item[key] not in seen]
        yield from fresh
        seen.update(item[key] for item in fresh if key in item)
        given, received, previous = given + len(fresh), received + len(page), page
        total = _count(answer)
        complete = total is None or given >= total
        if not page or (complete and len(page) != size):
            return
        if not fresh:
            _check_repeated(path, received - len(page), given, total)
            return


def _check_repeated(path: str, offset: int, given: int, total: int | None) -> None:
    """A page of known items ends the list only where the server's own count says so."""
    if total is None or given < total:
        raise missing(f"GET {path}", f"the server ignores the offset {offset}: it sent the same items again")


def _page(path: str, answer: Any, envelope: str | None) -> list[dict[str, Any]]:
    page = answer.get(envelope) if envelope is not None and isinstance(answer, dict) else answer
    if not isinstance(page, list) or not all(isinstance(item, dict) for item in page):
        raise missing(f"GET {path}", f'there is no list of objects in "{envelope}"' if envelope else "it is no list")
    return page


def _count(answer: Any) -> int | None:
    """The total that the server tells, which some endpoints write as text."""
    try:
        return int(answer["count"])
    except (KeyError, TypeError, ValueError):
        return None
