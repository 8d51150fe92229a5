"""A history holds the tables that netbuilder makes and no others: what else there is neither runs nor costs anything."""

import shutil
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from netbuilder.runs import layout
from netbuilder.runs.database import Damaged, connected
from netbuilder.runs.history import History
from netbuilder.runs.migrations import MIGRATIONS

GOLDEN = sorted((Path(__file__).parents[1] / "golden").glob("history-*.db"))


def columns_of(database: sqlite3.Connection) -> str:
    return ", ".join(f"run0.{row[1]}" for row in database.execute("PRAGMA table_info(run0)"))


def endless_view(database: sqlite3.Connection) -> None:
    database.execute("ALTER TABLE run RENAME TO run0")
    numbers = "WITH RECURSIVE z(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM z)"
    database.execute(f"CREATE VIEW run AS {numbers} SELECT {columns_of(database)} FROM run0, z")


def trigger(database: sqlite3.Connection) -> None:
    database.execute("CREATE TRIGGER t AFTER UPDATE ON run BEGIN DELETE FROM run; END")


def computed_column(database: sqlite3.Connection) -> None:
    database.execute("ALTER TABLE run ADD COLUMN g GENERATED ALWAYS AS (hex(zeroblob(1000000000))) VIRTUAL")


def computed_index(database: sqlite3.Connection) -> None:
    database.execute("CREATE INDEX i ON run (length(uid) + 1)")


def another_index_by_its_name(database: sqlite3.Connection) -> None:
    database.execute("DROP INDEX unfinished")
    database.execute("CREATE INDEX unfinished ON run (hex(uid))")


def condition(database: sqlite3.Connection) -> None:
    (sql,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'epoch'").fetchone()
    database.execute("DROP TABLE epoch")
    database.execute(sql.replace("PRIMARY KEY (run", "CHECK (length(hex(zeroblob(500000000))) > 0), PRIMARY KEY (run"))


def more_tables(database: sqlite3.Connection) -> None:
    for number in range(300):
        database.execute(f"CREATE TABLE t{number} (a)")


def searched_table(database: sqlite3.Connection) -> None:
    database.execute("CREATE VIRTUAL TABLE t USING fts5(a)")


def huge_text(database: sqlite3.Connection) -> None:
    database.execute("UPDATE run SET note = CAST(zeroblob(20000000) AS TEXT)")


SLOW = "instr(printf('%.*c', 8000000, 'a'), printf('%.*c', 4000000, 'a') || 'b')"
LARGE = "hex(zeroblob(400000000))"


def in_the_schema(database: sqlite3.Connection, statement: str, *values: str) -> None:
    database.execute("PRAGMA writable_schema = ON")
    database.execute(statement, values)


def trigger_by_a_name_of_sqlite(database: sqlite3.Connection) -> None:
    trigger = "CREATE TRIGGER sqlite_stat_x AFTER UPDATE ON run BEGIN DELETE FROM run; END"
    in_the_schema(database, "INSERT INTO sqlite_master VALUES ('trigger', 'sqlite_stat_x', 'run', 0, ?)", trigger)


def described_anew(table: str, columns: str, *before: str) -> Callable[[sqlite3.Connection], None]:
    """After these statements the schema says other columns of the table than it was made with."""

    def change(database: sqlite3.Connection) -> None:
        for statement in before:
            database.execute(statement)
        database.commit()
        sql = f"CREATE TABLE {table}({columns})"
        in_the_schema(database, "UPDATE sqlite_master SET sql = ? WHERE name = ?", sql, table)

    return change


def statistics_that_are(expression: str) -> Callable[[sqlite3.Connection], None]:
    rows = "DELETE FROM sqlite_stat1", "INSERT INTO sqlite_stat1 VALUES ('run', 'unfinished', '1')"
    return described_anew("sqlite_stat1", f"tbl, idx, stat AS({expression})", "ANALYZE", *rows)


def settings_that_are(expression: str) -> Callable[[sqlite3.Connection], None]:
    made = "DROP TABLE setting", "CREATE TABLE setting (k, name TEXT PRIMARY KEY)"
    columns = f"k, name TEXT PRIMARY KEY, value TEXT\nAS({expression})"
    return described_anew("setting", columns, *made, "INSERT INTO setting (k, name) VALUES ('a', 'b')")


def another_table(before: str, after: str) -> Callable[[sqlite3.Connection], None]:
    def change(database: sqlite3.Connection) -> None:
        (sql,) = database.execute("SELECT sql FROM sqlite_master WHERE name = 'epoch'").fetchone()
        assert before in sql
        database.execute("DROP TABLE epoch")
        database.execute(sql.replace(before, after))

    return change


@pytest.mark.parametrize(
    "change, left",
    [
        (trigger_by_a_name_of_sqlite, 1),
        pytest.param(statistics_that_are(SLOW), 0, id="slow statistics"),
        pytest.param(statistics_that_are(LARGE), 1, id="large statistics"),
        pytest.param(settings_that_are(SLOW), 0, id="slow settings"),
        pytest.param(settings_that_are(LARGE), 0, id="large settings"),
        pytest.param(another_table("REFERENCES run (id)", "REFERENCES setting (name)"), 1, id="another reference"),
        pytest.param(another_table("NOT NULL", "NOT NULL ON CONFLICT IGNORE"), 0, id="conflicts"),
        (endless_view, 0),
        (trigger, 1),
        (computed_column, 0),
        (computed_index, 1),
        (another_index_by_its_name, 1),
        (condition, 0),
        (more_tables, 1),
        (searched_table, 1),
        (huge_text, 0),
    ],
)
def test_what_is_laid_out_otherwise_is_moved_aside_and_what_is_sound_of_it_taken_over(
    tmp_path: Path, change: Callable[[sqlite3.Connection], None], left: int
) -> None:
    path = tmp_path / "history.db"
    shutil.copy(GOLDEN[-1], path)
    with closing(sqlite3.connect(path)) as database:
        runs = database.execute("SELECT count(*) FROM run").fetchone()[0]
        change(database)
        database.commit()
    begun = time.thread_time()
    with pytest.raises(Damaged, match=r"history\.damaged-"):
        History(path)
    with closing(History(path)) as history:
        assert len(history.runs()) == left * runs
    assert time.thread_time() - begun < 1


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.name)
def test_every_history_that_netbuilder_made_is_laid_out_as_one(tmp_path: Path, golden: Path) -> None:
    path = tmp_path / "history.db"
    shutil.copy(golden, path)
    with closing(sqlite3.connect(path)) as database:
        (version,) = database.execute("PRAGMA user_version").fetchone()
        assert layout.is_laid_out(database, version)
        assert not layout.is_laid_out(database, version % len(MIGRATIONS) + 1)
        database.execute("ANALYZE")
        assert layout.is_laid_out(database, version)
    with closing(connected(path)) as database:
        assert layout.is_laid_out(database, len(MIGRATIONS))
