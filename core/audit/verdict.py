"""What a verification finds, in words a person can act on and an exit code a pipeline can."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from core.audit.dsse import PublicKey
from core.audit.note import VerifierKey


class Verdict(StrEnum):
    """The four answers, from the worst to the best."""

    TAMPERED = "tampered"
    UNUSABLE = "unusable"
    SHORTER = "shorter"
    GOOD = "good"

    @property
    def exit_code(self) -> int:
        """The number that `signoff verify` ends with."""
        return {Verdict.GOOD: 0, Verdict.TAMPERED: 1, Verdict.UNUSABLE: 2, Verdict.SHORTER: 3}[self]

    @property
    def words(self) -> str:
        """What a person reads first."""
        return {
            Verdict.GOOD: "Verified: nothing was rewritten, as far as this can show.",
            Verdict.TAMPERED: "Not what was signed: something was changed.",
            Verdict.UNUSABLE: "Cannot be judged: the file or the key is not usable.",
            Verdict.SHORTER: "Shorter than a checkpoint that was signed: entries are missing at the end.",
        }[self]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        verdict: how bad it is.
        problem: what is wrong, in a sentence.
        seq: the first entry that it concerns, where one can be named.
    """

    verdict: Verdict
    problem: str
    seq: int | None = None


@dataclass(frozen=True, slots=True)
class SeenKey:
    """A key that signatures were checked with, and why it was believed.

    Attributes:
        key: the key.
        source: where it came from, as the end of "the key came from …".
        from_file: it came from the very file it vouches for, which proves only that the file agrees with itself.
    """

    key: VerifierKey
    source: str
    from_file: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """The answer of a verification, with its reasons and with what it cannot say.

    Attributes:
        faults: everything found wrong; empty when good.
        origin: name of the log; empty when it could not be read.
        size: entries looked at.
        root: root hash of them, 32 bytes.
        keys: what signatures were checked with.
        shown: what this verification proves, one sentence each.
        open: what it does not prove, one sentence each.
        release_key: what the signature of a release attestation was checked with.
    """

    faults: tuple[Fault, ...]
    origin: str
    size: int
    root: bytes
    keys: tuple[SeenKey, ...]
    shown: tuple[str, ...]
    open: tuple[str, ...]
    release_key: PublicKey | None = None

    @property
    def verdict(self) -> Verdict:
        """The worst of the faults; good without any."""
        return worst(self.faults)

    @property
    def first_bad(self) -> int | None:
        """The first entry that anything may be wrong with, as exactly as the signed checkpoints allow."""
        named = [fault.seq for fault in self.faults if fault.seq is not None and fault.verdict is Verdict.TAMPERED]
        return min(named, default=None)


def worst(faults: Sequence[Fault]) -> Verdict:
    """Weigh faults: a change outweighs an unusable key, which outweighs a missing end.

    >>> worst([]), worst([Fault(Verdict.SHORTER, ""), Fault(Verdict.TAMPERED, "")])
    (<Verdict.GOOD: 'good'>, <Verdict.TAMPERED: 'tampered'>)
    """
    order = list(Verdict)
    return min((fault.verdict for fault in faults), key=order.index, default=Verdict.GOOD)


def unusable(problem: str) -> Verification:
    """Answer that nothing could be judged."""
    return Verification((Fault(Verdict.UNUSABLE, problem),), "", 0, b"", (), (), ())
