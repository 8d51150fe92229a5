"""Whether a database is laid out as the history is: what else one can hold may compute without end or change what is written."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache

from netbuilder.runs.migrations import MIGRATIONS

_LONGEST = 16 << 20  # bytes of what a run tells of itself; a project has some thousand
LONGEST_OF_LAYOUT = 1 << 16
"""Bytes of any value that is looked at in a database of which it is not yet known whether it is laid out as ours."""

_TEXTS = ("name", "note", "title", "summary", "origin", "message", "device", "names", "test", "versions", "project")

_STATISTICS = (
    "sqlite_stat1",
    "sqlite_stat3",
    "sqlite_stat4",
)  # SQLite's own, where somebody has it look after its indexes

Layout = frozenset[tuple[object, ...]]


def is_laid_out(connection: sqlite3.Connection, version: int) -> bool:
    """Whether there are the tables and indexes of that version alone, of plain columns, and no text is far too long.

    Raises ``sqlite3.Error`` where that can't be read.
    """
    return _layout_of(connection) == _wanted(version) and _has_short_texts(connection)


def has_plain_tables(connection: sqlite3.Connection) -> bool:
    """Whether what has the name of a table of ours is one, of which reading computes nothing."""
    names = {row[1] for row in _wanted(len(MIGRATIONS)) if row[0] == "table"}
    ours = [(name, sql) for kind, name, _of, sql in _objects(connection) if kind != "index" and name in names]
    return all(_is_plain(sql) and not _computes(connection, name) for name, sql in ours)


@contextmanager
def short_texts_only(connection: sqlite3.Connection, longest: int = _LONGEST) -> Iterator[None]:
    """Within it, a text that is far too long raises ``sqlite3.DataError`` where it is read or computed."""
    before = connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, longest)
    try:
        yield
    finally:
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, before)


@cache
def _wanted(version: int) -> Layout:
    with closing(sqlite3.connect(":memory:")) as connection:
        for statements in MIGRATIONS[:version]:
            for statement in statements:
                connection.execute(statement)
        return _layout_of(connection)


def _layout_of(connection: sqlite3.Connection) -> Layout:
    """Of tables, their columns rather than their statements, which SQLite itself rewrites as they are changed."""
    found: set[tuple[object, ...]] = set()
    for kind, name, of, sql in _objects(connection):
        if kind == "table" and _is_plain(sql):
            if name in _STATISTICS and not _computes(connection, name):
                continue
            columns = connection.execute("SELECT * FROM pragma_table_xinfo(?)", (name,)).fetchmany(100)
            keys = connection.execute("SELECT * FROM pragma_foreign_key_list(?)", (name,)).fetchmany(100)
            found.add((kind, name, of, *columns, *keys))
        else:
            found.add((kind, name, of, sql and " ".join(sql.split())))
    return frozenset(found)


def _objects(connection: sqlite3.Connection) -> list[tuple[str, str, str, str | None]]:
    return connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master").fetchmany(100)


def _is_plain(sql: str | None) -> bool:
    """Whether that makes a table without conditions, and without ways of its own to compare texts and to meet conflicts."""
    plain = (sql or "").upper()
    return plain.startswith("CREATE TABLE") and not any(word in plain for word in ("CHECK", "COLLATE", "CONFLICT"))


def _computes(connection: sqlite3.Connection, table: str) -> bool:
    """Whether a value of it is made by an expression whenever it is read."""
    columns = connection.execute("SELECT hidden FROM pragma_table_xinfo(?)", (table,)).fetchmany(100)
    return any(hidden for (hidden,) in columns)


def _has_short_texts(connection: sqlite3.Connection) -> bool:
    lengths = " + ".join(f"length({name})" for name in _TEXTS)
    try:
        with short_texts_only(connection):
            connection.execute(f"SELECT count(*) FROM run WHERE {lengths} < 0").fetchone()  # noqa: S608
    except sqlite3.DataError:
        return False
    except sqlite3.DatabaseError:  # damage is for whoever reads what is damaged
        return True
    return True
