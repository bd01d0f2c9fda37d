"""Finding a piece of text without reading every row: indexes of three letters each, kept by the database itself.

They only make it faster. What a search finds is said by its conditions, with these indexes or without.
"""

from typing import Any, Final

from sqlalchemy import Connection, Table, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import SQLModel

SHORTEST: Final = 3
"""Fewer letters make no trigram."""

_PREFIX: Final = "trigrams_"


def create(connection: Connection) -> None:
    """Index anew every table whose `info["searched"]` names columns, each with how its conditions write it."""
    for table in SQLModel.metadata.tables.values():
        if searched := table.info.get("searched"):
            (_sqlite if connection.dialect.name == "sqlite" else _postgres)(connection, table, searched)


def is_ours(_object: object, name: str | None, _kind: str, reflected: bool, _compared: object) -> bool:
    """Tell migrations what they look after; these indexes are made apart from them."""
    return not (reflected and name is not None and name.startswith(_PREFIX))


class May(FunctionElement[Any]):
    """The condition that a row may hold a piece of text, by its trigrams: on SQLite only, PostgreSQL finds by itself.

    Args:
        key: the key column of the searched table.
        wanted: what is looked for, as `phrase` writes it.
    """

    name = "may_hold"
    inherit_cache = True  # and no type: of a Boolean SQLAlchemy asks `= 1` on SQLite, which keeps indexes out


def phrase(piece: str, *columns: str) -> str:
    """Write what to look for in these columns, so that nothing in it is taken for an operator.

    >>> phrase('5" pipe', "name", "slug")
    '{name slug} : "5"" pipe"'
    """
    quoted = piece.replace('"', '""')
    return f'{{{" ".join(columns)}}} : "{quoted}"'


@compiles(May)
def _unsaid(_element: May, _compiler: Any, **_: Any) -> str:
    return "true"


@compiles(May, "sqlite")
def _matched(element: May, compiler: Any, **options: Any) -> str:
    key, wanted = element.clauses
    index = f"{_PREFIX}{key.table.name}"
    held = f"SELECT rowid FROM {index} WHERE {index} MATCH {compiler.process(wanted, **options)}"  # noqa: S608
    return f"{compiler.process(key, **options)} IN ({held})"


def _sqlite(connection: Connection, table: Table, searched: dict[str, str]) -> None:
    (key,) = (column.name for column in table.primary_key)
    index, of = f"{_PREFIX}{table.name}", ", ".join(searched)
    old, new = (", ".join(f"{row}.{name}" for name in (key, *searched)) for row in ("old", "new"))
    forget = f"INSERT INTO {index} ({index}, rowid, {of}) VALUES ('delete', {old});"  # noqa: S608
    learn = f"INSERT INTO {index} (rowid, {of}) VALUES ({new});"  # noqa: S608
    made = {"insert": ("INSERT", learn), "update": (f"UPDATE OF {of}", forget + learn), "delete": ("DELETE", forget)}
    for moment in made:
        connection.execute(text(f"DROP TRIGGER IF EXISTS {index}_{moment}"))
    connection.execute(text(f"DROP TABLE IF EXISTS {index}"))
    kept = f"content='{table.name}', content_rowid='{key}', tokenize='trigram'"
    connection.execute(text(f"CREATE VIRTUAL TABLE {index} USING fts5({of}, {kept})"))
    for moment, (happened, then) in made.items():
        connection.execute(text(f"CREATE TRIGGER {index}_{moment} AFTER {happened} ON {table.name} BEGIN {then} END"))
    connection.execute(text(f"INSERT INTO {index} ({index}) VALUES ('rebuild')"))  # noqa: S608


def _postgres(connection: Connection, table: Table, searched: dict[str, str]) -> None:
    try:
        with connection.begin_nested():
            connection.execute(text("CREATE EXTENSION IF NOT EXISTS pg_trgm"))
            for name, written in searched.items():
                index = f"{_PREFIX}{table.name}_{name}"
                kept = f"{table.name} USING gin (({written}) gin_trgm_ops)"
                connection.execute(text(f"CREATE INDEX IF NOT EXISTS {index} ON {kept}"))
    except DBAPIError:
        return  # not there, or not for this role to install: searching reads every row
