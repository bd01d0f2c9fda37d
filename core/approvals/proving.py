"""Whose decision it is: the proof of identity that stands behind one decision and behind no other."""

from core.access import step_up
from core.access.proof import Proof, ProofMethod
from core.approvals.review import Opinion, ReviewDecision
from core.digest import Digest
from core.errors import AccessError
from core.store.transaction import Transaction


def purpose_of(
    request_id: int, decision: ReviewDecision, seen: Digest, statement: str, *, comment: str, opinion: Opinion | None
) -> Digest:
    """Name one decision by everything that is decided and typed: what a provider's proof is asked for.

    Args:
        request_id: number of the request.
        decision: what is decided.
        seen: fingerprint of everything on the reviewer's screen.
        statement: the sentence that is signed.
        comment: the reviewer's own words, trimmed.
        opinion: the independent validator's judgement.
    """
    return step_up.purpose(
        request=request_id,
        decision=decision.value,
        seen=seen,
        statement=statement,
        comment=comment,
        opinion=opinion.value if opinion else None,
    )


def require_proof(tx: Transaction, proof: Proof | None, wanted: Digest) -> Proof:
    """Refuse a decision whose author did not show, for this decision, who they are.

    Args:
        tx: the transaction.
        proof: what was shown.
        wanted: the decision; a provider's proof counts for no other, and only once.

    Raises:
        AccessError: there is no proof, it is not fresh, it was given for something else, or it is a simulated one
            outside a simulation.
    """
    if proof is None:
        raise AccessError("A decision needs a fresh proof of identity.", "Prove who you are in the dialog.")
    if proof.method is ProofMethod.SEEDED and tx.actor.method != "seeded":
        raise AccessError("A simulated proof of identity does not count.", "Prove who you are in the dialog.")
    proof.require_fresh(tx.actor, tx.now)
    if proof.method is ProofMethod.PROVIDER:
        step_up.spend(tx, proof, wanted)
    return proof
