"""New keys: in good order beside the old one, or after an incident under a new name that the log itself explains."""

import re
import uuid
from collections.abc import Mapping

from sqlalchemy import Connection

from core.audit import checkpoint, log
from core.audit.actor import Actor
from core.audit.checkpoint import Checkpoint
from core.audit.event import Event, Subject
from core.audit.note import SignerKey, VerifierKey
from core.errors import ConflictError, GovernanceError, InputError
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
        told = {
            "vkey": str(signer.verifier),
            "previous_origin": before,
            "last_here": _state(Checkpoint(before, head.size, head.root)),
            "highest_known": _state(claimed) if claimed else None,
            "reason": {"text_sha256": log.keep_text(connection, reason)},
        }
        _record(connection, store, actor, Event.EPOCH_STARTED, told)
        after = log.head(connection)
        note = Checkpoint(signer.name, after.size, after.root).signed(*signing, signer)
        checkpointing.keep(connection, after.size, note, Event.EPOCH_STARTED.value)
    anchor.write(store.anchor, note, anew=True)
    return note


def rotate_key(store: Store, actor: Actor) -> str:
    """Give the log a new key under its name; the old one signs along, so that its holders believe the new one.

    Args:
        store: open and without faults.
        actor: who answers for it.

    Returns:
        The first checkpoint that both keys sign.

    Raises:
        ConflictError: two keys are in use already.
        IntegrityError: the store has faults.
    """
    store.checkpoint("before a new key")
    with store.writing.begin() as connection:
        log.head(connection, lock=True)
        public = keys.in_use(connection)
        if len(public) > 1:
            raise ConflictError(
                "Two keys sign already.", "Finish that rotation with `signoff audit rotate-key --finish`."
            )
        at = log.stamp(store.clock())
        signer = store.keys.add(connection, public[-1].name, at)
        _record(connection, store, actor, Event.KEY_ROTATED, {"vkey": str(signer.verifier)})
        note = checkpointing.sign(connection, store.keys, store.anchor, Event.KEY_ROTATED.value)
    anchor.write(store.anchor, note)
    return note


def finish_rotation(store: Store, actor: Actor) -> str:
    """Let the older key sign no more; everybody who verifies has the new one by now.

    Returns:
        The first checkpoint that the new key signs alone.

    Raises:
        ConflictError: only one key is in use.
        IntegrityError: the store has faults.
    """
    store.checkpoint("before a key ends")
    with store.writing.begin() as connection:
        log.head(connection, lock=True)
        public = keys.in_use(connection)
        if len(public) < 2:
            raise ConflictError("Only one key signs.", "Begin with `signoff audit rotate-key`.")
        store.keys.end_all_but(connection, public[-1], log.stamp(store.clock()))
        ended = {"ended": ", ".join(str(key) for key in public[:-1])}
        _record(connection, store, actor, Event.KEY_ENDED, ended)
        note = checkpointing.sign(connection, store.keys, store.anchor, Event.KEY_ENDED.value)
    anchor.write(store.anchor, note)
    return note


def _record(connection: Connection, store: Store, actor: Actor, happened: Event, data: Mapping[str, object]) -> None:
    name = keys.origin(connection)
    request = uuid.uuid4().hex
    log.append(connection, actor, store.clock(), event=happened, subject=Subject("log", name), data=data, req=request)


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
