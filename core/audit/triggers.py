"""What the database itself refuses: rewriting the log, and rewriting immutable records.

Triggers stop accidents, not the owner of the database; against him only checkpoints help that left the house.
"""

import re
from collections.abc import Iterable

from sqlalchemy import Connection, Table, text

_APPEND_ONLY = ("audit_entry", "audit_node", "audit_checkpoint")

_SQLITE_INSERT = {
    "audit_entry": "NEW.seq IS NOT (SELECT size FROM audit_head WHERE id = 1)",
    "audit_node": "EXISTS (SELECT 1 FROM audit_node WHERE level = NEW.level AND idx = NEW.idx)",
    "audit_checkpoint": "EXISTS (SELECT 1 FROM audit_checkpoint WHERE size = NEW.size)",
    "audit_head": "EXISTS (SELECT 1 FROM audit_head)",
    "audit_key": "EXISTS (SELECT 1 FROM audit_key WHERE vkey = NEW.vkey)",
}
_HEAD_MOVES_WRONGLY = (
    "NEW.size <> (SELECT COALESCE(MAX(seq) + 1, 0) FROM audit_entry) OR NEW.size < OLD.size OR NEW.id <> OLD.id"
)
_KEY_CHANGES_WRONGLY = "OLD.not_after IS NOT NULL OR NEW.vkey <> OLD.vkey OR NEW.not_before <> OLD.not_before"

_POSTGRES_FUNCTIONS = (
    """
CREATE OR REPLACE FUNCTION signoff_refuse() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION '% of % is refused: its rows are never changed', TG_OP, TG_TABLE_NAME;
END $body$""",
    r"""
CREATE OR REPLACE FUNCTION signoff_entry_insert() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF NEW.seq IS DISTINCT FROM (SELECT size FROM audit_head WHERE id = 1) THEN
    RAISE EXCEPTION 'audit_entry grows only at its end';
  END IF;
  IF NEW.leaf_hash IS DISTINCT FROM sha256('\x00'::bytea || NEW.leaf) THEN
    RAISE EXCEPTION 'audit_entry carries a hash that is not its own';
  END IF;
  RETURN NEW;
END $body$""",
    f"""
CREATE OR REPLACE FUNCTION signoff_head_update() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF {_HEAD_MOVES_WRONGLY} THEN
    RAISE EXCEPTION 'audit_head only moves forward to the end of the log';
  END IF;
  RETURN NEW;
END $body$""",
    f"""
CREATE OR REPLACE FUNCTION signoff_key_update() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  IF {_KEY_CHANGES_WRONGLY} THEN
    RAISE EXCEPTION 'audit_key is only ever ended, once';
  END IF;
  RETURN NEW;
END $body$""",
)


def statements(dialect: str, immutable: Iterable[Table]) -> dict[str, tuple[str, ...]]:
    """Write every trigger that a store has to carry.

    Args:
        dialect: `sqlite` or `postgresql`.
        immutable: tables whose rows are facts; `info["except"]` names columns that may still move.

    Returns:
        For each trigger name the statements that create it anew.
    """
    tables = sorted(immutable, key=lambda table: table.name)
    return _sqlite(tables) if dialect == "sqlite" else _postgres(tables)


def create(connection: Connection, immutable: Iterable[Table]) -> None:
    """Create every trigger anew; run at the end of every migration, which may have dropped some."""
    dialect = connection.dialect.name
    if dialect == "postgresql":
        for function in _POSTGRES_FUNCTIONS:
            connection.execute(text(function.replace(":", r"\:")))
    for several in statements(dialect, immutable).values():
        for statement in several:
            connection.execute(text(statement))


def broken(connection: Connection, immutable: Iterable[Table]) -> list[str]:
    """Name the triggers that are gone, changed, or do not fire always, and the functions that were replaced."""
    expected = statements(connection.dialect.name, immutable)
    if connection.dialect.name == "sqlite":
        rows = connection.execute(text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"))
        stands = {row.name: row.sql for row in rows}
        return sorted(name for name, several in expected.items() if stands.get(name) != several[1])
    rows = connection.execute(
        text(
            "SELECT tgname, tgenabled, pg_get_triggerdef(oid) AS definition FROM pg_trigger "
            "WHERE NOT tgisinternal AND tgname LIKE 'signoff_%'"
        )
    )
    always = {row.tgname: row.definition for row in rows if row.tgenabled in {"A", b"A"}}
    wrong = [name for name, several in expected.items() if not _same(always.get(name), several[1])]
    functions = connection.execute(text("SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'signoff_%'"))
    sources = {row.proname: row.prosrc for row in functions}
    wrong += [name for name, source in _functions().items() if sources.get(name) != source]
    return sorted(wrong)


def _same(found: str | None, expected: str) -> bool:
    """Compare a definition as PostgreSQL prints it: with the schema, and with quotes where it likes them."""
    return (
        found is not None and re.sub(r' ON \w+\.|"', lambda part: " ON " if "." in part[0] else "", found) == expected
    )


def _functions() -> dict[str, str]:
    shape = re.compile(r"FUNCTION (\w+)\(\).*?\$body\$(.*)\$body\$", re.DOTALL)
    found = (shape.search(function) for function in _POSTGRES_FUNCTIONS)
    return {one[1]: one[2] for one in found if one}


def _frozen_columns(table: Table) -> str:
    moving = set(table.info.get("except", ()))
    return ", ".join(column.name for column in table.columns if column.name not in moving)


def _sqlite(immutable: list[Table]) -> dict[str, tuple[str, ...]]:
    made: dict[str, tuple[str, ...]] = {}

    def refuse(table: str, moment: str, when: str = "") -> None:
        name = f"signoff_{table}_{moment.split(maxsplit=1)[0].lower()}"
        condition = f" WHEN {when}" if when else ""
        made[name] = (
            f"DROP TRIGGER IF EXISTS {name}",
            (
                f"CREATE TRIGGER {name} BEFORE {moment} ON {table}{condition} "
                f"BEGIN SELECT RAISE(ABORT, '{moment.split(maxsplit=1)[0]} of {table} is refused'); END"
            ),
        )

    for table in (*_APPEND_ONLY, "audit_text"):  # a text may be erased, never rewritten
        refuse(table, "UPDATE")
    refuse("audit_head", "UPDATE", _HEAD_MOVES_WRONGLY)
    refuse("audit_key", "UPDATE", _KEY_CHANGES_WRONGLY)
    for table in (*_APPEND_ONLY, "audit_head", "audit_key"):
        refuse(table, "DELETE")
        refuse(table, "INSERT", _SQLITE_INSERT[table])
    for facts in immutable:
        refuse(facts.name, f"UPDATE OF {_frozen_columns(facts)}")
        refuse(facts.name, "DELETE")
    return made


def _postgres(immutable: list[Table]) -> dict[str, tuple[str, ...]]:
    made: dict[str, tuple[str, ...]] = {}

    def guard(table: str, moment: str, function: str = "signoff_refuse", each: str = "ROW") -> None:
        name = f"signoff_{table}_{moment.split(maxsplit=1)[0].lower()}"
        made[name] = (
            f"DROP TRIGGER IF EXISTS {name} ON {table}",
            f"CREATE TRIGGER {name} BEFORE {moment} ON {table} FOR EACH {each} EXECUTE FUNCTION {function}()",
            f"ALTER TABLE {table} ENABLE ALWAYS TRIGGER {name}",
        )

    for table in (*_APPEND_ONLY, "audit_text"):  # a text may be erased, never rewritten
        guard(table, "UPDATE")
    guard("audit_entry", "INSERT", "signoff_entry_insert")
    guard("audit_head", "UPDATE", "signoff_head_update")
    guard("audit_key", "UPDATE", "signoff_key_update")
    for table in (*_APPEND_ONLY, "audit_head", "audit_key"):
        guard(table, "DELETE")
        guard(table, "TRUNCATE", each="STATEMENT")
    for facts in immutable:
        guard(facts.name, f"UPDATE OF {_frozen_columns(facts)}")
        guard(facts.name, "DELETE")
        guard(facts.name, "TRUNCATE", each="STATEMENT")
    return made
