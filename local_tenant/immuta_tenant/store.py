"""The tenant's state: JSON documents by kind and id in SQLite.

One table with two looked-up columns per document (a key and a parent) is enough for every family of the API, survives
a restart when it is a file, and gives each request a transaction, so that a refused request and a dry run change
nothing.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

Document = dict[str, Any]
Id = int | str

_FORMAT = 2
# Columns without a type keep what is put in: ids and keys are integers in some families, strings in others.
_TABLES = """
CREATE TABLE IF NOT EXISTS document (kind TEXT, id, key, parent, body TEXT, PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS document_key ON document (kind, key);
CREATE INDEX IF NOT EXISTS document_parent ON document (kind, parent);
CREATE TABLE IF NOT EXISTS counter (kind TEXT PRIMARY KEY, last INTEGER NOT NULL);
"""
# Without being told, SQLite goes through all documents of a kind: the primary key begins with it and sorts by id.
_BY_KEY = "INDEXED BY document_key"
_BY_PARENT = "INDEXED BY document_parent"
_NEXT_ID = "INSERT INTO counter VALUES (?, 1) ON CONFLICT (kind) DO UPDATE SET last = last + 1 RETURNING last"
_PAST_EVERY_STRING = "\U0010ffff"


class StoreError(Exception):
    """The database file cannot be used; the message says why."""


@dataclass(frozen=True)
class Kind:
    """A kind of document: its name and the attributes by which documents are looked up beside their `id`."""

    name: str
    key: str = "id"
    parent: str | None = None


class Transaction:
    """What a transaction may be told: to end without keeping its changes (a dry run)."""

    def __init__(self) -> None:
        self.discarded = False

    def discard(self) -> None:
        """Undo every change of this transaction when it ends."""
        self.discarded = True


class Store:
    """Documents by kind and id. Safe to use from several threads: a transaction holds the store until it ends."""

    def __init__(self, database: str = ":memory:") -> None:
        self._lock = threading.RLock()
        self._open: Transaction | None = None
        self._connection = _connect(database)

    def close(self) -> None:
        """Close the database; the store cannot be used afterwards."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Run a block as one transaction: an exception or `discard` undoes it. A nested one joins the outer one."""
        with self._lock:
            if self._open is not None:
                yield self._open
                return
            self._open = Transaction()
            self._connection.execute("BEGIN")
            try:
                yield self._open
            except BaseException:
                self._open.discard()
                raise
            finally:
                discarded, self._open = self._open.discarded, None
                self._connection.execute("ROLLBACK" if discarded else "COMMIT")

    def insert(self, kind: Kind, document: Document) -> Document:
        """Store a new document; it gets the kind's next integer as `id` unless it has one. Returns the document."""
        with self._lock:
            if "id" not in document:
                document["id"] = self._connection.execute(_NEXT_ID, (kind.name,)).fetchone()[0]
            self._write("INSERT INTO", kind, document)
            return document

    def save(self, kind: Kind, document: Document) -> Document:
        """Store a changed document under its `id`. Returns the document."""
        with self._lock:
            self._write("REPLACE INTO", kind, document)
            return document

    def get(self, kind: Kind, identifier: Id) -> Document | None:
        """Return a document by id, or None."""
        found = self._select(kind, "id = ?", identifier)
        return found[0] if found else None

    def find(self, kind: Kind, key: Id) -> list[Document]:
        """Return the documents that have this key, by id."""
        return self._select(kind, "key = ?", key, index=_BY_KEY)

    def find_prefix(self, kind: Kind, prefix: str) -> list[Document]:
        """Return the documents whose string key starts with the prefix, by id."""
        return self._select(kind, "key >= ? AND key < ?", prefix, prefix + _PAST_EVERY_STRING, index=_BY_KEY)

    def children(self, kind: Kind, parent: Id) -> list[Document]:
        """Return the documents that belong to this parent, by id."""
        return self._select(kind, "parent = ?", parent, index=_BY_PARENT)

    def all(self, kind: Kind) -> list[Document]:
        """Return every document of a kind, by id."""
        return self._select(kind, "1")

    def remove(self, kind: Kind, identifier: Id) -> None:
        """Remove a document for good. Its id is not given out again."""
        with self._lock:
            self._connection.execute("DELETE FROM document WHERE kind = ? AND id = ?", (kind.name, identifier))

    def counts(self) -> dict[str, int]:
        """Return how many documents there are of each kind."""
        with self._lock:
            return dict(self._connection.execute("SELECT kind, COUNT(*) FROM document GROUP BY kind").fetchall())

    def dump(self) -> bytes:
        """Return everything, the counters of the ids included, for `load`."""
        with self._lock:
            return self._connection.serialize()

    def load(self, dumped: bytes) -> None:
        """Go back to what `dump` has returned. Only a database in memory can."""
        with self._lock:
            self._connection.deserialize(dumped)

    def clear(self) -> None:
        """Remove everything, the counters of the ids included."""
        with self.transaction():
            self._connection.execute("DELETE FROM document")
            self._connection.execute("DELETE FROM counter")

    def _write(self, verb: str, kind: Kind, document: Document) -> None:
        parent = None if kind.parent is None else document[kind.parent]
        row = (kind.name, document["id"], document[kind.key], parent, json.dumps(document, ensure_ascii=False))
        self._connection.execute(f"{verb} document VALUES (?, ?, ?, ?, ?)", row)

    def _select(self, kind: Kind, condition: str, *values: Id, index: str = "") -> list[Document]:
        statement = f"SELECT body FROM document {index} WHERE kind = ? AND {condition} ORDER BY id"  # noqa: S608 - all stand above
        with self._lock:
            rows = self._connection.execute(statement, (kind.name, *values)).fetchall()
        return [json.loads(row[0]) for row in rows]


def _connect(database: str) -> sqlite3.Connection:
    # The store's own lock does what sqlite3's thread check would forbid.
    try:
        connection = sqlite3.connect(database, check_same_thread=False, isolation_level=None)
        # A killed process loses nothing this way; only a crash of the machine may cost the last requests.
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version not in (0, _FORMAT):
            raise StoreError(f"{database} was written by another version of the local tenant (format {version}).")
        connection.executescript(_TABLES)
        connection.execute(f"PRAGMA user_version = {_FORMAT}")
    except sqlite3.Error as error:
        raise StoreError(f"The database {database} cannot be opened: {error}") from error
    return connection
