"""One operation at a time on one host; others are not held up."""

from __future__ import annotations

import threading

import pytest

from immuta_provider.api import Client, Settings
from immuta_provider.api.errors import NotFinished
from immuta_provider.api.exclusive import Exclusive


@pytest.fixture
def client() -> Client:
    return Client(Settings(host="tenant.example.com", api_key="k"))


def test_one_after_the_other(client: Client) -> None:
    exclusive, inside, most = Exclusive(client), 0, 0

    def work() -> None:
        nonlocal inside, most
        with exclusive.on("host"):
            inside += 1
            most = max(most, inside)
            inside -= 1

    threads = [threading.Thread(target=work) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert (most, inside) == (1, 0)


def test_another_key_goes_through_and_the_wait_ends_with_the_time(client: Client) -> None:
    exclusive = Exclusive(client)
    with exclusive.on("host"), exclusive.on("other"):
        thread = threading.Thread(target=_waits, args=(client, exclusive, told := []))
        thread.start()
        thread.join()
    assert told == ["another operation on host to end"]
    with exclusive.on("host"):
        pass


def _waits(client: Client, exclusive: Exclusive, told: list[str]) -> None:
    try:
        with client.within(0.1), exclusive.on("host"):
            told.append("went through")
    except NotFinished as error:
        told.append(error.awaited)
