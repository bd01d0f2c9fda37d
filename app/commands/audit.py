"""`signoff audit …`: the log taken away, proven, signed, verified, and begun anew after an incident."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands import outcome
from app.commands.door import door, on_this_machine
from app.commands.local import acting, local_store
from app.commands.target import must_be_free, must_be_writable
from app.commands.telling import Json, examples, say
from app.commands.verify import judged
from app.settings import settings
from core.access import custody
from core.audit import checkpoint
from core.audit.proof import SUFFIX
from core.audit.verdict import Verification
from core.digest import parse
from core.errors import InputError
from core.evaluation import retention
from core.store import backup, verification
from core.store.blobs import Blob
from core.store.keys import PUBLIC
from core.store.store import Store

audit = typer.Typer(help="The audit log.", no_args_is_help=True)

Out = Annotated[Path | None, typer.Option("--out", "-o", help="File to write.")]


@audit.command(epilog=examples("signoff audit export -o log.zip", "signoff audit export --tiles public/log"))
def export(
    out: Out = None,
    tiled: Annotated[
        Path | None, typer.Option("--tiles", help="Folder to make for static tiles instead of a zip.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the whole log as a zip that anybody can verify offline, or as tiles for a web server."""
    if tiled is not None:
        if out is not None:
            raise InputError("Both a zip and tiles were asked for.", "Give --out or --tiles, not both.")
        with local_store() as store:
            count = custody.export_tiles(store, acting(store), tiled)
        say(f"{tiled}: {count} files", {"folder": str(tiled), "files": count}, as_json=as_json)
        return
    if out is None:
        must_be_writable(Path())  # its name comes with the answer
    else:
        must_be_free(out)
    with door() as signoff:
        made = signoff.log.export()
        target = out or Path(Path(made.filename).name)
        must_be_free(target)
        signoff.take(made, target)
    say(f"{target}\n{made.digest}", {"file": str(target), "sha256": made.digest}, as_json=as_json)


@audit.command(epilog=examples("signoff audit prove 312 -o approval.tlog-proof"))
def prove(
    seq: Annotated[int, typer.Argument(min=0, help="Position of the entry, from 0.")],
    out: Out = None,
    as_json: Json = False,
) -> None:
    """Write the proof that one entry stands in the signed log, and the entry beside it."""
    target = out or Path(f"entry-{seq}{SUFFIX}")
    beside = target.with_suffix(".json")
    must_be_free(target, beside)
    with door() as signoff:
        signoff.log.checkpoint()
        proof, leaf = signoff.log.proof(seq), signoff.log.entry(seq).leaf
    target.write_text(proof)
    beside.write_bytes(leaf.encode())
    told = {"proof": str(target), "entry": str(beside), "verify": f"signoff verify {target} --key signoff.pub"}
    say("\n".join(told.values()), told, as_json=as_json)


@audit.command("checkpoint", epilog=examples("signoff audit checkpoint -o checkpoint"))
def sign(out: Out = None, as_json: Json = False) -> None:
    """Sign the log as it stands; keep the answer where nobody of this house can change it."""
    must_be_writable(out)
    with door() as signoff:
        note = signoff.log.checkpoint()
    if out is not None:
        out.write_text(note)
    claimed = checkpoint.unchecked(note)
    say(note, {"origin": claimed.origin, "size": claimed.size, "checkpoint": note}, as_json=as_json)


@audit.command(
    "verify",
    epilog=examples("signoff audit verify", "signoff audit verify log.zip --key signoff.pub --against report.pdf"),
)
def check(
    file: Annotated[Path | None, typer.Argument(help="An export; without one, the store of this machine.")] = None,
    key: outcome.Keys = None,
    against: outcome.Against = None,
    files: Annotated[bool, typer.Option("--files", help="Read every stored file as well.")] = False,
    as_json: Json = False,
) -> None:
    """Verify the log of this store, or an export: 0 good, 1 tampered, 2 unusable, 3 shorter than a checkpoint."""
    keys = outcome.keys(key)
    if file is not None:
        if files:
            raise InputError("An export holds no files to read.", "Leave --files out, or leave the export out.")
        outcome.tell(judged(file, keys, against or ()), as_json=as_json)
    with local_store() as store:
        found = verification.verify(store, given=keys, outside=outcome.claims(against))
        found = _with_files(store, found) if files else found
    outcome.tell(found, as_json=as_json)


@audit.command(
    "new-epoch",
    epilog=examples('signoff audit new-epoch --reason "Restored after a disk failure" --against report.pdf'),
)
def begin_anew(
    reason: Annotated[str, typer.Option(help="What happened, in words.")],
    against: Annotated[
        Path | None, typer.Option(help="The newest checkpoint, report or export that anybody holds.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Let the log go on under a new name and key, after a rollback, a lost key or removed triggers.

    Its first entry quotes the last state that is here and the highest that anybody knows, so the gap stays visible.
    """
    highest = outcome.claims([against])[0].note if against else None
    with local_store() as store:
        note = custody.new_epoch(store, acting(store), reason, highest)
    claimed = checkpoint.unchecked(note)
    say(
        f"The log goes on as {claimed.origin}. Hand out its new key, and restart the service.\n\n{note}",
        {"origin": claimed.origin, "checkpoint": note},
        as_json=as_json,
    )


@audit.command("rotate-key", epilog=examples("signoff audit rotate-key", "signoff audit rotate-key --finish"))
def rotate(
    finish: Annotated[bool, typer.Option("--finish", help="Let the old key sign no more.")] = False,
    as_json: Json = False,
) -> None:
    """Give the log a new key. Both sign until --finish, so that holders of the old key come to believe the new one."""
    with local_store() as store:
        note = (custody.finish_rotation if finish else custody.rotate_key)(store, acting(store))
        public = (store.keys.folder / PUBLIC).read_text().strip()
    told = (
        "The old key signs no more."
        if finish
        else "Both keys sign now. Hand out the new one, then run this with --finish."
    )
    say(f"{told}\n{public}", {"vkey": public, "checkpoint": note, "finished": finish}, as_json=as_json)


@audit.command("rotate-release-key", epilog=examples("signoff audit rotate-release-key"))
def rotate_release(as_json: Json = False) -> None:
    """Give releases a new key. What the old one signed stays good; hand the new one to every pipeline that verifies."""
    with local_store() as store:
        public = custody.rotate_release_key(store, acting(store))
    told = {"release_key": public.fingerprint, "pem": public.pem}
    say(f"Releases are signed with another key now.\n{public.fingerprint}\n{public.pem}", told, as_json=as_json)


@audit.command(
    epilog=examples(
        "signoff audit erase \"$(sha256sum letter.csv | cut -d ' ' -f 1)\" --reason 'Asked for by a customer'"
    )
)
def erase(
    fingerprint: Annotated[str, typer.Argument(help="Of a stored file, or the text_sha256 that an entry quotes.")],
    reason: Annotated[str, typer.Option(help="Why it must not be kept, in words.")],
    as_json: Json = False,
) -> None:
    """Erase a file or a text. Its fingerprint, the erasure and the reason stay in the log."""
    with local_store() as store, store.transaction(acting(store)) as tx:
        if tx.session.get(Blob, str(parse(fingerprint))) is not None:
            retention.erase_file(tx, fingerprint, reason)
        else:
            custody.erase_text(tx, parse(fingerprint).removeprefix("sha256:"), reason)
    say("Erased. Its fingerprint remains in the log.", {"erased": fingerprint}, as_json=as_json)


def back_up(
    target: Annotated[Path, typer.Argument(help="Folder to make.")],
    as_json: Json = False,
) -> None:
    """Copy database, files and keys into a folder, and verify the copy. It holds the signing keys: guard it."""
    with local_store() as store:
        made = custody.back_up(store, acting(store), target)
    told = {"backup": str(made.path), "entries": made.size, "files": made.files}
    say(f"{made.path}: {made.size} entries and {made.files} files, verified.", told, as_json=as_json)


def restore(
    source: Annotated[Path, typer.Argument(help="A folder that `signoff backup` made.")],
    against: Annotated[
        Path | None, typer.Option(help="The newest checkpoint, report or export that anybody holds.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Bring a backup back into an empty SIGNOFF_HOME; a log that others know to be longer begins a new epoch."""
    on_this_machine()
    chosen = settings()
    url = chosen.database_url.get_secret_value() if chosen.database_url else None
    owner = chosen.migration_url.get_secret_value() if chosen.migration_url else None
    known = outcome.claims([against])[0].note if against else None
    store, new_epoch = backup.restore(
        source, chosen.home, url or None, migration_url=owner or None, anchored=chosen.anchor, known=known
    )
    store.close()
    told = f"Restored to {chosen.home}: {store.origin}."
    if new_epoch:
        told += " Somebody knows of more entries than the backup holds, so the log goes on in a new epoch."
    elif known is None:
        told += (
            " No newer checkpoint was known here. If a report or export left the house after this backup, "
            "begin a new epoch with `signoff audit new-epoch --against FILE --reason …` before anything is signed."
        )
    say(told, {"home": str(chosen.home), "origin": store.origin, "new_epoch": new_epoch}, as_json=as_json)


def _with_files(store: Store, found: Verification) -> Verification:
    with store.reading() as session:
        return verification.with_faults(found, verification.verify_files(session, store.blobs))


def register(cli: typer.Typer) -> None:
    """Add these commands."""
    cli.add_typer(audit, name="audit")
    cli.command("backup", epilog=examples("signoff backup /mnt/safe/signoff-2026-11-20"))(back_up)
    cli.command("restore", epilog=examples("signoff restore /mnt/safe/signoff-2026-11-20 --against report.pdf"))(
        restore
    )
