"""What somebody with the password of the database can do, and by what it is found: the whole matrix.

Each case works on a log of 300 entries, signed every 50, with triggers dropped for the deed and put back after it.
"""

import json
import shutil
from collections.abc import Callable
from typing import NamedTuple

import pytest
from sqlalchemy import Connection, delete, insert, select, text, update

from core import digest
from core.audit import checkpoint, export, ledger, merkle, tables, verifier
from core.audit.actor import SYSTEM
from core.audit.checkpoint import Checkpoint
from core.audit.event import Event, Subject
from core.audit.note import SignerKey
from core.audit.verdict import Verdict
from core.audit.verifier import Claim
from core.store import migration, verification
from core.store.store import Store

SIZE, EVERY, BAD = 300, 50, 120
GOOD, TAMPERED, SHORTER, UNUSABLE = Verdict.GOOD, Verdict.TAMPERED, Verdict.SHORTER, Verdict.UNUSABLE


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def grown(request, tmp_path_factory):
    """A log of 300 entries, grown once; calling it lends a copy of it."""
    home = tmp_path_factory.mktemp("grown") / "home"
    copies = iter(range(1000))
    if request.param == "sqlite":
        _grow(Store.open(home))

        def lend():
            copy = home.with_name(f"copy-{next(copies)}")
            shutil.copytree(home, copy)
            return Store.open(copy)

        yield lend
    else:
        databases = request.getfixturevalue("postgres_databases")
        with databases() as address:
            _grow(Store.open(home, address))
            lent = []

            def lend():
                copy = home.with_name(f"copy-{next(copies)}")
                shutil.copytree(home, copy)
                context = databases(of=address)
                lent.append(context)
                return Store.open(copy, context.__enter__())

            yield lend
            for context in lent:
                context.__exit__(None, None, None)


@pytest.fixture
def store(grown):
    opened = grown()
    yield opened
    opened.close()


@pytest.fixture
def outside(store):
    """A checkpoint that left the house when the log had all its entries, written on paper so to speak."""
    return Claim(store.checkpoint("given away"), "your checkpoint", outside=True)


def _grow(store):
    for _ in range(0, SIZE, EVERY):
        with store.transaction(SYSTEM) as tx:
            for _ in range(EVERY):
                tx.record(Event.MODEL_CHANGED, Subject("model", "mortgage-approval"), reason=tx.text("It rained."))
        store.checkpoint("every 50")
    store.close()


def rewrite(connection, leaves):
    """Build the whole tree anew over other leaves, so that everything in the database agrees with itself."""
    connection.execute(delete(tables.entry))
    connection.execute(delete(tables.node))
    frontier = []
    for seq, leaf in enumerate(leaves):
        content = json.loads(leaf)
        content["seq"] = seq
        written = digest.canonical(content)
        frontier, nodes = merkle.append(frontier, seq, merkle.leaf_hash(written))
        connection.execute(insert(tables.entry).values(columns(seq, content, written)))
        for level, idx, value in nodes:
            connection.execute(insert(tables.node).values(level=level, idx=idx, hash=value))
    connection.execute(update(tables.head).values(size=len(leaves), frontier=b"".join(frontier)))
    return merkle.root(frontier)


def columns(seq, content, written):
    return {
        "seq": seq,
        "leaf": written,
        "leaf_hash": merkle.leaf_hash(written),
        "ts": content["ts"],
        "actor": f"{content['actor']['iss']}#{content['actor']['sub']}",
        "action": content["action"],
        "subject": f"{content['subject']['type']}:{content['subject']['id']}",
    }


def leaves(connection):
    return [
        bytes(leaf) for leaf in connection.execute(select(tables.entry.c.leaf).order_by(tables.entry.c.seq)).scalars()
    ]


def other(leaf):
    return leaf.replace(b'"model.changed"', b'"model.praised"')


def leave_triggers_dropped(connection):
    on = " ON audit_entry" if connection.dialect.name == "postgresql" else ""
    connection.execute(text(f"DROP TRIGGER signoff_audit_entry_update{on}"))


def change_leaf(connection):
    connection.execute(
        update(tables.entry).where(tables.entry.c.seq == BAD).values(leaf=other(leaves(connection)[BAD]))
    )


def change_column(connection):
    connection.execute(update(tables.entry).where(tables.entry.c.seq == BAD).values(actor="local#somebody-else"))


def change_leaf_and_hash(connection):
    leaf = other(leaves(connection)[BAD])
    connection.execute(
        update(tables.entry)
        .where(tables.entry.c.seq == BAD)
        .values(leaf=leaf, leaf_hash=merkle.leaf_hash(leaf), action="model.praised")
    )


def delete_row(connection):
    connection.execute(delete(tables.entry).where(tables.entry.c.seq == BAD))


def poison_node(connection):
    connection.execute(
        update(tables.node).where(tables.node.c.level == 1, tables.node.c.idx == BAD // 2).values(hash=bytes(32))
    )


def rebuild_changed(connection):
    were = leaves(connection)
    rewrite(connection, [*were[:BAD], other(were[BAD]), *were[BAD + 1 :]])


def rebuild_removed(connection):
    were = leaves(connection)
    rewrite(connection, [*were[:BAD], *were[BAD + 1 :]])


def rebuild_swapped(connection):
    were = leaves(connection)
    were[BAD], were[BAD + 1] = other(were[BAD + 1]), were[BAD]
    rewrite(connection, were)


def rebuild_and_sign_with_another_key(connection):
    were = leaves(connection)
    root = rewrite(connection, [*were[:BAD], other(were[BAD]), *were[BAD + 1 :]])
    forger = SignerKey("localhost/audit", bytes(32))
    connection.execute(delete(tables.checkpoint))
    connection.execute(insert(tables.key).values(vkey=str(forger.verifier), not_before="2020", not_after=None))
    note = Checkpoint("localhost/audit", SIZE, root).signed(forger)
    connection.execute(insert(tables.checkpoint).values(size=SIZE, note=note, reason="forged"))


def cut_to(size):
    def cut(connection):
        rewrite(connection, leaves(connection)[:size])
        connection.execute(delete(tables.checkpoint).where(tables.checkpoint.c.size > size))

    return cut


def rebuild_without_checkpoints(connection):
    rebuild_changed(connection)
    connection.execute(delete(tables.checkpoint))


class Case(NamedTuple):
    """A deed, and the answer to it."""

    deed: Callable[[Connection], None]
    by_hashes_alone: Verdict
    by_stored_checkpoints: Verdict
    by_one_outside: Verdict
    first_bad: int | None


CASES = [
    pytest.param(Case(leave_triggers_dropped, TAMPERED, TAMPERED, TAMPERED, None), id="triggers left dropped"),
    pytest.param(Case(change_leaf, TAMPERED, TAMPERED, TAMPERED, BAD), id="leaf changed"),
    pytest.param(Case(change_column, TAMPERED, TAMPERED, TAMPERED, BAD), id="column changed"),
    pytest.param(Case(change_leaf_and_hash, TAMPERED, TAMPERED, TAMPERED, 100), id="leaf and its hash changed"),
    pytest.param(Case(delete_row, TAMPERED, TAMPERED, TAMPERED, 100), id="row deleted"),
    pytest.param(Case(poison_node, TAMPERED, TAMPERED, TAMPERED, BAD + 1), id="node poisoned"),
    pytest.param(Case(rebuild_changed, GOOD, TAMPERED, TAMPERED, 100), id="rebuilt, one changed"),
    pytest.param(Case(rebuild_removed, GOOD, TAMPERED, TAMPERED, 100), id="rebuilt, one removed"),
    pytest.param(Case(rebuild_swapped, GOOD, TAMPERED, TAMPERED, 100), id="rebuilt, two swapped"),
    pytest.param(Case(rebuild_and_sign_with_another_key, GOOD, TAMPERED, TAMPERED, 0), id="rebuilt, another key"),
    pytest.param(Case(cut_to(280), GOOD, GOOD, SHORTER, None), id="cut by 20"),
    pytest.param(Case(cut_to(250), GOOD, GOOD, SHORTER, None), id="cut to a checkpoint"),
    pytest.param(Case(rebuild_without_checkpoints, GOOD, UNUSABLE, TAMPERED, 0), id="rebuilt, checkpoints deleted"),
]


def commit(store, deed):
    with store.writing.begin() as connection:
        if connection.dialect.name == "postgresql":
            for table in tables.ALL:
                connection.execute(text(f"ALTER TABLE {table.name} DISABLE TRIGGER ALL"))
        else:
            for (name,) in connection.execute(text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
                connection.execute(text(f"DROP TRIGGER {name}"))
        if deed is not leave_triggers_dropped:
            deed(connection)
        migration.protect(connection)
        if deed is leave_triggers_dropped:
            deed(connection)


def hashes_alone(store):
    with verification.snapshot(store) as connection:
        walk = ledger.go_over(connection, set())
        return [*walk.faults, *migration.missing_triggers(connection)]


def with_stored(store):
    store.anchor.unlink()
    return verification.verify(store)


@pytest.mark.parametrize("case", CASES)
def test_what_finds_which_tampering(store, outside, case):
    commit(store, case.deed)

    assert bool(hashes_alone(store)) is (case.by_hashes_alone is TAMPERED)
    assert with_stored(store).verdict is case.by_stored_checkpoints
    found = verification.verify(store, outside=[outside])
    assert found.verdict is case.by_one_outside
    assert found.verdict.exit_code == {TAMPERED: 1, SHORTER: 3}[case.by_one_outside]
    assert found.first_bad == case.first_bad


@pytest.mark.parametrize("deed", [cut_to(280), rebuild_without_checkpoints])
def test_the_anchor_finds_what_stored_checkpoints_cannot(store, deed):
    commit(store, deed)
    assert verification.verify(store).verdict in {SHORTER, TAMPERED}


def test_an_untouched_log_verifies(store, outside):
    found = verification.verify(store, outside=[outside])
    assert (found.verdict, found.faults, found.size) == (GOOD, (), SIZE)


def test_a_changed_text_is_found(store):
    def deed(connection):
        connection.execute(update(tables.text).values(text="The sun shone."))

    commit(store, deed)
    assert "text" in verification.verify(store).faults[0].problem


def test_every_entry_is_provable_to_somebody_without_the_log(store):
    note = store.checkpoint("proof")
    key = store.keys.kept()[0]
    with store.reader.connect() as connection:
        for seq, leaf in enumerate(leaves(connection)):
            assert ledger.prove(connection, seq, note).shows(leaf, [key]).size == SIZE


def test_the_exported_log_says_the_same_as_the_database(store, outside, tmp_path):
    with store.reader.connect() as connection:
        made = leaves(connection)
    note = store.checkpoint("export")
    key = store.keys.kept()[0]
    export.write(tmp_path / "log.zip", made, note, vkeys=[str(key)])
    found = verifier.export_file(tmp_path / "log.zip", [key], [outside])
    assert (found.verdict, found.root) == (GOOD, checkpoint.unchecked(note).root)
