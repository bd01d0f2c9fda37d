"""After an incident: a log that lost its end, or its key, goes on under a new name and says so itself."""

import re
import uuid

from core.audit import checkpoint, log
from core.audit.actor import Actor
from core.audit.checkpoint import Checkpoint
from core.audit.event import Event, Subject
from core.audit.note import SignerKey, VerifierKey
from core.errors import GovernanceError, InputError
from core.store import anchor, checkpointing, keys, migration
from core.store.store import Store

_EPOCH = re.compile(r"(?P<base>.*?)(?:/e(?P<number>[1-9][0-9]*))?")


def new_epoch(store: Store, actor: Actor, reason: str, *, highest: str | None = None) -> str:
    """Go on under a new name and key, where the log was rolled back, its key lost or its triggers removed.

    The entries that are there stay, and their old checkpoints still fit them. The first entry of the new epoch
    quotes the last state that is here and the highest one that anybody knows, so that the gap stays visible. A
    log never signs two different trees under one name; this is how it keeps to that after a restored backup.

    Args:
        store: open, with or without faults; open it anew afterwards.
        actor: who answers for it.
        reason: what happened, in words.
        highest: the newest signed checkpoint that anybody holds; by default the anchor's.

    Returns:
        The first signed checkpoint of the new epoch.

    Raises:
        InputError: no reason was given, or `highest` is no checkpoint.
    """
    if not reason.strip():
        raise InputError("A new epoch needs a reason.", "Say what happened, with --reason.")
    known = highest or anchor.read(store.anchor)
    claimed = checkpoint.unchecked(known) if known else None
    with store.writing.begin() as connection:
        head = log.head(connection, lock=True)
        at = log.stamp(store.clock())
        before = keys.origin(connection)
        signing = _still_signing(store, keys.in_use(connection))
        if migration.missing_triggers(connection):  # takes the role that owns the tables
            migration.protect(connection)
        store.keys.end(connection, at)
        signer = store.keys.add(connection, _next(before), at)
        log.append(
            connection,
            actor,
            store.clock(),
            event=Event.EPOCH_STARTED,
            subject=Subject("log", signer.name),
            data={
                "vkey": str(signer.verifier),
                "previous_origin": before,
                "last_here": _state(Checkpoint(before, head.size, head.root)),
                "highest_known": _state(claimed) if claimed else None,
                "reason": {"text_sha256": log.keep_text(connection, reason)},
            },
            req=uuid.uuid4().hex,
        )
        after = log.head(connection)
        note = Checkpoint(signer.name, after.size, after.root).signed(*signing, signer)
        checkpointing.keep(connection, after.size, note, Event.EPOCH_STARTED.value)
    anchor.write(store.anchor, note, anew=True)
    return note


def _still_signing(store: Store, public: list[VerifierKey]) -> list[SignerKey]:
    """The keys of the old epoch that are still there: their signature lets old readers believe the new key."""
    found = []
    for key in public:
        try:
            found.append(store.keys.signer(key))
        except GovernanceError:
            continue
    return found


def _state(at: Checkpoint) -> dict[str, str]:
    return {"origin": at.origin, "size": str(at.size), "root": at.root.hex()}


def _next(origin: str) -> str:
    """Name the epoch after this one.

    >>> _next("models.example/audit"), _next("models.example/audit/e1")
    ('models.example/audit/e1', 'models.example/audit/e2')
    """
    parts = _EPOCH.fullmatch(origin)
    base, number = (parts["base"], parts["number"]) if parts else (origin, None)
    return f"{base}/e{int(number or 0) + 1}"
