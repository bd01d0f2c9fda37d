"""The offline verifier: a log against the checkpoints that signatures stand under. No database, no network, no store.

Recomputing hashes shows that a log agrees with itself; it cannot show that it was not rewritten as a whole. That takes
a checkpoint which left the house before: one held by the auditor, or the one inside a PDF.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

from core.audit import checkpoint, note
from core.audit.checkpoint import Checkpoint
from core.audit.export import HEAD, KEYS, Export
from core.audit.note import UnknownSignerError, VerifierKey
from core.audit.verdict import Fault, SeenKey, Verdict, Verification, unusable
from core.audit.walk import Entry, Walk, over
from core.errors import InputError, IntegrityError


@dataclass(frozen=True, slots=True)
class Claim:
    """A signed checkpoint that a log is held against.

    Attributes:
        note: the signed text.
        source: what it is, as the subject of a sentence: "the checkpoint in report.pdf".
        outside: it was held outside the log's own storage, so a rewriting could not reach it.
        head: it claims to sign the whole log at hand.
    """

    note: str
    source: str
    outside: bool = False
    head: bool = False


def claimed_sizes(claims: Iterable[Claim]) -> set[int]:
    """Sizes whose roots have to be known before the claims can be judged; unreadable claims have none."""
    sizes = set()
    for claim in claims:
        try:
            sizes.add(checkpoint.unchecked(claim.note).size)
        except InputError:
            continue
    return sizes


def export_file(
    path: Path,
    keys: Sequence[VerifierKey] = (),
    outside: Sequence[Claim] = (),
    progress: Callable[[int], None] = lambda _: None,
) -> Verification:
    """Verify an export: every leaf, every signed checkpoint in it, and every byte of the archive around them.

    Args:
        path: the zip, or the folder it was unpacked to.
        keys: public keys taken at another time and place; without any, the ones in the file are used, which
            shows no more than that the file agrees with itself.
        outside: checkpoints held outside the log, which it has to extend.
        progress: is told now and then how many entries are done.
    """
    try:
        with closing(Export(path)) as export:
            head = Claim(export.text(HEAD), "the checkpoint of the export", head=True)
            earlier = [Claim(text, "an earlier checkpoint in the export") for text in export.checkpoints()]
            claims = [head, *earlier, *outside]
            entries = (Entry(seq, leaf, kept) for seq, (leaf, kept) in enumerate(export.leaves()))
            walk = over(entries, claimed_sizes(claims), progress=progress)
            given = [SeenKey(key, "the file you gave", from_file=False) for key in keys]
            verification = judge(walk, claims, given or _own_keys(export))
            if not verification.faults and not export.is_as_written(verification.origin, walk.size, walk.root):
                return _with_fault(
                    verification,
                    "The entries are whole, but the archive around them is not as it was exported. "
                    "Unpack it and verify the folder to judge the contents alone.",
                )
            return verification
    except IntegrityError as damaged:
        return _with_fault(unusable(""), f"{damaged.problem} {damaged.fix}")
    except InputError as strange:
        return unusable(f"{strange.problem} {strange.fix}")


def judge(walk: Walk, claims: Sequence[Claim], keys: Sequence[SeenKey], *, every_key: bool = False) -> Verification:
    """Hold one pass over a log against signed checkpoints.

    Args:
        walk: the pass, which kept the roots of `claimed_sizes(claims)`.
        claims: stored and outside checkpoints.
        keys: what the reader already trusts; keys that a verified part of the log announces are added.
        every_key: these are all keys that the log ever had, so a stored checkpoint of another one is forged.

    Returns:
        The verdict with its reasons, what was shown, and what remains open.
    """
    trusted = _vouched(walk, claims, keys)
    known = [seen.key for seen in trusted]
    faults = list(walk.faults)
    readable: list[tuple[Claim, Checkpoint]] = []
    unread = 0
    for claim in claims:
        read = _read(claim, known)
        if isinstance(read, Checkpoint):
            readable.append((claim, read))
        elif read.verdict is Verdict.UNUSABLE and not (claim.head or claim.outside):
            unread += 1
            faults += [Fault(Verdict.TAMPERED, read.problem)] if every_key else []
        else:
            faults.append(read)
    met = [(claim, read) for claim, read in readable if walk.roots.get(read.size) == read.root]
    faults += _missing(walk, readable)
    faults += _changed(walk, readable, met)
    if not claims:
        faults.append(Fault(Verdict.UNUSABLE, "No checkpoint was signed for this log, so nothing can be proven."))
    newest = max((read for _, read in readable), key=lambda read: read.size, default=None)
    return Verification(
        tuple(faults),
        newest.origin if newest else "",
        walk.size,
        walk.root,
        tuple(trusted),
        tuple(_shown(walk, met)),
        tuple(_open(walk, met, trusted, unread, compared=any(claim.outside for claim in claims))),
    )


def _read(claim: Claim, known: Sequence[VerifierKey]) -> Checkpoint | Fault:
    try:
        return checkpoint.opened(claim.note, known)
    except UnknownSignerError as unknown:
        return Fault(Verdict.UNUSABLE, f"{_capital(claim.source)}: {unknown.problem}")
    except IntegrityError as wrong:
        return Fault(Verdict.TAMPERED, f"{_capital(claim.source)}: {wrong.problem}")
    except InputError as malformed:
        verdict = Verdict.UNUSABLE if claim.outside else Verdict.TAMPERED
        return Fault(verdict, f"{_capital(claim.source)}: {malformed.problem}")


def _missing(walk: Walk, readable: Sequence[tuple[Claim, Checkpoint]]) -> Iterable[Fault]:
    """Name the checkpoints that speak of more entries than there are, or than their epoch kept."""
    for claim, read in readable:
        ends = _ends(walk, read.origin)
        if read.size > ends:
            restored = "" if ends == walk.size else f" Entry {ends} says that a backup was restored there."
            yield Fault(
                Verdict.SHORTER,
                f"{_capital(claim.source)} speaks of {read.size} entries, and {ends} of them are here: "
                f"the log was cut or rolled back.{restored}",
            )


def _changed(
    walk: Walk, readable: Sequence[tuple[Claim, Checkpoint]], met: Sequence[tuple[Claim, Checkpoint]]
) -> Iterable[Fault]:
    """Name the first change, as exactly as the signed checkpoints allow; every outside checkpoint speaks for itself."""
    stored = True
    for claim, read in sorted(readable, key=lambda pair: pair[1].size):
        if claim.head and read.size < walk.size:
            yield Fault(Verdict.TAMPERED, f"Entries stand behind the end that {claim.source} signs.", read.size)
        if read.size > _ends(walk, read.origin) or walk.roots.get(read.size) == read.root:
            continue
        if claim.outside or stored:
            stored = stored and claim.outside
            yield _name(walk, claim, read, floor=max((ok.size for _, ok in met if ok.size < read.size), default=0))


def _name(walk: Walk, claim: Claim, read: Checkpoint, floor: int) -> Fault:
    suspect = next((seq for seq in walk.suspects if floor <= seq < read.size), None)
    if suspect is not None and walk.kept_roots.get(read.size) == read.root:  # the stored hashes are the signed ones
        return Fault(Verdict.TAMPERED, f"Entry {suspect} is not the one that {claim.source} signs.", suspect)
    return Fault(
        Verdict.TAMPERED,
        f"Entries {floor} to {read.size - 1} are not the ones that {claim.source} signs; "
        f"the first change lies among them.",
        floor,
    )


def _vouched(walk: Walk, claims: Sequence[Claim], keys: Sequence[SeenKey]) -> list[SeenKey]:
    """Add the keys that the log announces in a part which an already trusted key signed."""
    trusted = list(keys)
    while True:
        known = [seen.key for seen in trusted]
        covered = max((_covers(walk, claim, known) for claim in claims), default=0)
        new = [
            SeenKey(VerifierKey.parse(told.vkey), f"entry {told.seq} of the log, signed by a key before it", False)
            for told in walk.announcements
            if told.seq < covered and _is_new(told.vkey, known)
        ]
        if not new:
            return trusted
        trusted += new


def _covers(walk: Walk, claim: Claim, known: Sequence[VerifierKey]) -> int:
    """Size up to which a trusted key signed what was walked over, whatever the name of the log there."""
    try:
        read = Checkpoint.parse(note.opened(claim.note, known).text)
    except (InputError, IntegrityError):
        return 0
    return read.size if walk.roots.get(read.size) == read.root else 0


def _is_new(vkey: str, known: Sequence[VerifierKey]) -> bool:
    try:
        return VerifierKey.parse(vkey) not in known
    except InputError:
        return False


def _ends(walk: Walk, origin: str) -> int:
    """Where the epoch of this name ends: at the log's own end, or where a restored backup began a new one."""
    ended = [told.seq for told in walk.announcements if told.previous_origin == origin]
    return min(ended, default=walk.size)


def _shown(walk: Walk, met: Sequence[tuple[Claim, Checkpoint]]) -> Iterable[str]:
    outside = [(read.size, claim.source) for claim, read in met if claim.outside]
    if met:
        reach = max(read.size for _, read in met)
        yield f"{len(met)} signed checkpoints fit the log; the largest covers {reach} of {walk.size} entries."
    if outside:
        size, source = max(outside)
        yield f"The first {size} entries are the ones that {source} speaks of; it was held outside the log."


def _open(
    walk: Walk, met: Sequence[tuple[Claim, Checkpoint]], keys: Sequence[SeenKey], unread: int, *, compared: bool
) -> Iterable[str]:
    outside = max((read.size for claim, read in met if claim.outside), default=0)
    if not compared:
        yield (
            "No checkpoint from outside was compared: "
            "whoever holds both the database and the key could have rewritten all of it."
        )
    elif outside and outside < walk.size:
        last = walk.size - 1
        after = f"Entry {last}" if outside == last else f"Entries {outside} to {last}"
        yield f"{after} came after the newest checkpoint from outside."
    if unread:
        yield f"{unread} earlier checkpoints carry signatures of keys that are not at hand."
    if sources := {seen.source: None for seen in keys if seen.from_file}:
        where = " and ".join(sources)
        yield f"The key came from {where}: this shows that it agrees with itself, not who made it."


def _own_keys(export: Export) -> list[SeenKey]:
    try:
        keys = [VerifierKey.parse(line) for line in export.text(KEYS).splitlines()]
    except InputError as damaged:
        raise IntegrityError("The key in the export was damaged.", damaged.fix) from None
    return [SeenKey(key, "the export itself", from_file=True) for key in keys]


def _with_fault(verification: Verification, problem: str) -> Verification:
    fault = Fault(Verdict.TAMPERED, problem)
    kept = [had for had in verification.faults if had.problem]
    return replace(verification, faults=(*kept, fault), shown=())


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
