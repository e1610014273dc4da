from __future__ import annotations

import sqlite3
import threading
from pathlib import Path

import pytest

from immuta_tenant.store import Kind, Store, StoreError

ANIMAL = Kind("animal", key="name", parent="zoo")
STAMP = Kind("stamp")


@pytest.fixture
def store() -> Store:
    return Store()


def test_a_document_gets_the_next_integer_of_its_kind(store: Store) -> None:
    ids = [store.insert(ANIMAL, {"name": name, "zoo": 1})["id"] for name in ("ape", "bear")]

    assert [*ids, store.insert(STAMP, {"value": 5})["id"]] == [1, 2, 1]


def test_an_id_is_not_given_out_again(store: Store) -> None:
    store.insert(STAMP, {})
    store.remove(STAMP, 1)

    assert store.insert(STAMP, {}) == {"id": 2}


def test_a_document_may_bring_its_own_id(store: Store) -> None:
    store.insert(STAMP, {"id": "0b6f-2f0e", "value": 5})

    assert store.get(STAMP, "0b6f-2f0e") == {"id": "0b6f-2f0e", "value": 5}


def test_looking_up_does_not_go_through_all_documents(store: Store) -> None:
    statements: list[str] = []
    store._connection.set_trace_callback(statements.append)
    store.find(ANIMAL, "ape")
    store.find_prefix(ANIMAL, "ape.")
    store.children(ANIMAL, 1)
    store._connection.set_trace_callback(None)
    plans = [store._connection.execute(f"EXPLAIN QUERY PLAN {text}").fetchone()[3] for text in statements]

    assert [plan.split(" INDEX ")[-1] for plan in plans] == [
        "document_key (kind=? AND key=?)",
        "document_key (kind=? AND key>? AND key<?)",
        "document_parent (kind=? AND parent=?)",
    ]


def test_documents_are_found_by_key_prefix_and_parent(store: Store) -> None:
    for name, zoo in (("ape", 1), ("ape.small", 2), ("bear", 1), ("apex", 1)):
        store.insert(ANIMAL, {"name": name, "zoo": zoo})

    assert [item["name"] for item in store.find(ANIMAL, "ape")] == ["ape"]
    assert [item["name"] for item in store.find_prefix(ANIMAL, "ape.")] == ["ape.small"]
    assert [item["name"] for item in store.children(ANIMAL, 1)] == ["ape", "bear", "apex"]
    assert [item["id"] for item in store.all(ANIMAL)] == [1, 2, 3, 4]


def test_a_saved_document_is_found_under_its_new_key_only(store: Store) -> None:
    ape = store.insert(ANIMAL, {"name": "ape", "zoo": 1})
    store.save(ANIMAL, ape | {"name": "gorilla"})

    assert (store.find(ANIMAL, "ape"), store.find(ANIMAL, "gorilla")) == ([], [{"id": 1, "name": "gorilla", "zoo": 1}])


def test_what_is_returned_is_a_copy(store: Store) -> None:
    store.insert(STAMP, {"value": [1]})
    found = store.get(STAMP, 1)
    assert found is not None
    found["value"].append(2)

    assert store.get(STAMP, 1) == {"value": [1], "id": 1}


def test_an_exception_undoes_the_whole_transaction_ids_included(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            store.insert(STAMP, {})
            with store.transaction():
                store.insert(STAMP, {})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()

    assert (store.all(STAMP), store.insert(STAMP, {})["id"]) == ([], 1)


def test_a_discarded_transaction_shows_its_changes_until_it_ends(store: Store) -> None:
    with store.transaction() as transaction:
        store.insert(STAMP, {})
        transaction.discard()
        inside = store.counts()

    assert (inside, store.counts()) == ({"stamp": 1}, {})


def test_clear_starts_the_ids_anew(store: Store) -> None:
    store.insert(STAMP, {})
    store.clear()

    assert store.insert(STAMP, {})["id"] == 1


def test_a_file_survives(tmp_path: Path) -> None:
    database = str(tmp_path / "tenant.sqlite")
    first = Store(database)
    first.insert(ANIMAL, {"name": "ähre 猫", "zoo": 1})
    first.close()

    second = Store(database)
    assert second.find(ANIMAL, "ähre 猫") == [{"name": "ähre 猫", "zoo": 1, "id": 1}]
    assert second.insert(ANIMAL, {"name": "bear", "zoo": 1})["id"] == 2
    second.close()


def test_a_file_of_another_format_is_refused(tmp_path: Path) -> None:
    database = str(tmp_path / "tenant.sqlite")
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()

    with pytest.raises(StoreError, match="another version of the local tenant"):
        Store(database)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tenant.sqlite"
    path.write_text("no database " * 100)

    with pytest.raises(StoreError, match="cannot be opened"):
        Store(str(path))


def test_threads_do_not_interleave_their_transactions(store: Store) -> None:
    counter = store.insert(STAMP, {"value": 0})["id"]

    def count() -> None:
        for _ in range(50):
            with store.transaction():
                stamp = store.get(STAMP, counter) or {}
                store.save(STAMP, stamp | {"value": stamp["value"] + 1})

    threads = [threading.Thread(target=count) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert store.get(STAMP, counter) == {"value": 400, "id": counter}


def test_a_dump_is_everything(store: Store) -> None:
    store.insert(ANIMAL, {"name": "ape", "zoo": 1})
    dumped = store.dump()
    store.insert(ANIMAL, {"name": "bear", "zoo": 1})
    store.load(dumped)

    assert [item["name"] for item in store.find_prefix(ANIMAL, "")] == ["ape"]
    assert store.insert(ANIMAL, {"name": "cat", "zoo": 1})["id"] == 2
