"""What commands that verify share: reading keys and checkpoints from files, and printing an answer with its reasons."""

import base64
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from app.commands.telling import say
from core.audit import dsse
from core.audit.dsse import PublicKey
from core.audit.export import HEAD, Export
from core.audit.note import VerifierKey
from core.audit.verdict import Verification
from core.audit.verifier import Claim
from core.errors import InputError
from core.reports import held

Keys = Annotated[
    list[str] | None,
    typer.Option("--key", help="The log's public key: a file, or the line itself. Take it from elsewhere."),
]
"""The option of every command that checks signatures."""

Against = Annotated[
    list[Path] | None,
    typer.Option("--against", help="A checkpoint, report or export that you took earlier; may be repeated."),
]
"""The option of every command that compares a log with what left the house."""


def keys(given: Sequence[str] | None) -> list[VerifierKey]:
    """Read public keys.

    Raises:
        InputError: a file is missing, or holds no key.
    """
    texts = [_key_text(one) for one in given or ()]
    of_logs = [text for text in texts if not dsse.is_public_key(text)]
    lines = [line for text in of_logs for line in text.decode(errors="replace").splitlines() if line.strip()]
    if texts and not lines:
        what = "There is no key in" if of_logs else "There are only release keys, which sign attestations, in"
        raise InputError(f"{what} what --key names.", "Give the file signoff.pub of the log.")
    return [VerifierKey.parse(line) for line in lines]


def release_keys(given: Sequence[str] | None) -> list[PublicKey]:
    """Read public keys of releases; keys of logs among what was given are left out.

    Raises:
        InputError: a file is missing, or what looks like such a key is none.
    """
    files = [data for one in given or () if dsse.is_public_key(data := _key_text(one))]
    return [key for data in files for key in PublicKey.all(data)]


def claims(paths: Sequence[Path] | None) -> list[Claim]:
    """Read the checkpoints that left the house: as such, inside a report, or inside an earlier export.

    Raises:
        InputError: a file holds none.
        IntegrityError: it held one, and was changed.
    """
    return [_claim(path) for path in paths or ()]


def read(path: Path) -> bytes:
    """Read a file that somebody named.

    Raises:
        InputError: it cannot be read.
    """
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.", "Name a file that is there.") from None


def tell(found: Verification, *, as_json: bool) -> None:
    """Print an answer and end with its exit code."""
    say("\n".join(_lines(found)), _plain(found), as_json=as_json)
    raise typer.Exit(found.verdict.exit_code)


def _key_text(given: str) -> bytes:
    path = Path(given)
    if "\n" in given or len(given) >= 1000:
        return given.encode()
    if path.is_file():
        return read(path)
    if "+" in given or "-----BEGIN" in given:
        return given.encode()
    raise InputError(f"There is no file {given}, and it is no key itself.", "Name the file that holds the key.")


def _claim(path: Path) -> Claim:
    if path.is_dir():
        return Claim(Export(path).text(HEAD), f"the checkpoint in {path.name}", outside=True)
    return held.claim(read(path), path.name)


def _lines(found: Verification) -> list[str]:
    lines = [found.verdict.words]
    lines += [f"  ! {fault.problem}" for fault in found.faults]
    if found.origin:
        root = base64.b64encode(found.root).decode()
        lines += ["", f"log      {found.origin}", f"entries  {found.size}", f"root     {root}"]
    for seen in found.keys:
        lines += [f"key      {seen.key.fingerprint}", f"         from {seen.source}"]
        if seen.from_file:
            lines.append("         Compare this fingerprint with one you got another way, or give --key.")
    if found.release_key is not None:
        lines += ["", f"release  {found.release_key.fingerprint}", "         from what you gave with --key"]
    if found.shown:
        lines += ["", "Shown:", *(f"  + {sentence}" for sentence in found.shown)]
    if found.open:
        lines += ["", "Not shown:", *(f"  - {sentence}" for sentence in found.open)]
    return lines


def _plain(found: Verification) -> dict[str, object]:
    return {
        "verdict": found.verdict.value,
        "exit_code": found.verdict.exit_code,
        "origin": found.origin,
        "size": found.size,
        "root": base64.b64encode(found.root).decode(),
        "first_bad": found.first_bad,
        "faults": [{"verdict": f.verdict.value, "problem": f.problem, "seq": f.seq} for f in found.faults],
        "keys": [
            {"vkey": str(seen.key), "fingerprint": seen.key.fingerprint, "source": seen.source, "own": seen.from_file}
            for seen in found.keys
        ],
        "release_key": found.release_key.fingerprint if found.release_key else None,
        "shown": list(found.shown),
        "not_shown": list(found.open),
    }
