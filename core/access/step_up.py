"""Step-up: a provider is asked who somebody is for one decision, and what they typed for it waits meanwhile."""

import json
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Delete, delete, or_, update
from sqlmodel import Session, col, select

from core import digest
from core.access.errand import AGAIN, KEPT, LASTS, Errand, ErrandKind, forget_old
from core.access.person import Person
from core.access.proof import FRESH_FOR, Proof, ProofMethod
from core.access.session import ProviderSession, fingerprint, new_token
from core.digest import Digest
from core.errors import AccessError, GovernanceError
from core.store.store import Store
from core.store.transaction import Transaction

SKEW: Final = timedelta(seconds=30)
"""How far a provider's clock may stand from ours."""

_ASK_AGAIN: Final = "Sign again. If it stays so, an administrator sets the provider's STEP_UP_PROMPT to login."


def purpose(**parts: str | int | None) -> Digest:
    """Name the one decision that a proof is asked for, by everything that is decided and typed."""
    return digest.of_json(parts)


def prepare(
    store: Store,
    person: Person,
    session_id: int,
    *,
    provider: str,
    wanted: Digest,
    about: str,
    onward: str,
    words: dict[str, str],
) -> str:
    """Keep what somebody typed for a decision, before the provider is asked who they are.

    Args:
        store: the house.
        person: who decides.
        session_id: in which browser session.
        provider: who will be asked.
        wanted: the one decision that the proof is for; see `purpose`.
        about: address of what is decided, `REQ-17`.
        onward: where to come back to.
        words: what was typed.

    Returns:
        A value that lets this person, in this session, set out once.
    """
    token, now = new_token(), store.clock()
    with store.housekeeping() as session:
        forget_old(session, now)
        session.exec(_of(person.key, about))
        session.add(
            Errand(
                kind=ErrandKind.PROOF,
                key_sha256=fingerprint(token),
                provider=provider,
                onward=onward,
                person_id=person.key,
                session_id=session_id,
                purpose=wanted,
                about=about,
                words=json.dumps(words),
                began_at=now,
                ends_at=now + LASTS,
            )
        )
    return token


def waiting(store: Store, token: str, person_id: int, session_id: int) -> Errand:
    """Return the errand that somebody prepared in this session.

    Raises:
        AccessError: there is none, or it has set out already.
    """
    with store.reading() as session:
        row = session.exec(select(Errand).where(Errand.key_sha256 == fingerprint(token))).first()
    prepared = row is not None and row.kind is ErrandKind.PROOF and row.browser_sha256 is None
    if row is None or not prepared or (row.person_id, row.session_id) != (person_id, session_id):
        raise AccessError("This way to your identity provider was used already.", AGAIN)
    return row


def confirm(store: Store, errand: Errand, who: tuple[str, str], seen_at: datetime | None, session_id: int) -> None:
    """Keep as a proof that the provider has just seen the person who decides.

    Args:
        store: the house.
        errand: claimed a moment ago.
        who: issuer and subject, as the provider says.
        seen_at: when the provider says it saw them.
        session_id: the browser session they came back to.

    Raises:
        AccessError: somebody else, in another session, or not seen anew since the provider was asked.
    """
    now = store.clock()
    with store.reading() as session:
        person = session.get(Person, errand.person_id)
    if person is None or not person.active or (person.iss, person.sub) != who:
        raise AccessError("Your identity provider saw somebody else.", "Sign in there as yourself, then sign again.")
    if errand.session_id != session_id:
        raise AccessError("You signed in anew meanwhile, so the proof does not count.", AGAIN)
    if seen_at is None:
        raise AccessError(
            "Your identity provider does not say when it saw you.",
            "An administrator lets it send `auth_time`, and answer to `max_age`.",
        )
    if not errand.began_at - SKEW <= seen_at <= now + SKEW:
        raise AccessError("Your identity provider did not ask you again: it saw you too long ago.", _ASK_AGAIN)
    with store.housekeeping() as session:
        if not _seen_anew(session, session_id, seen_at):
            raise AccessError(
                "Your identity provider did not ask you again: it has not seen you since you signed in or last signed.",
                _ASK_AGAIN,
            )
        session.exec(update(Errand).where(col(Errand.id) == errand.id).values(proved_at=min(seen_at, now)))


def refuse(store: Store, errand: Errand, refusal: GovernanceError) -> None:
    """Keep why no proof came of an errand, beside the words that were typed for it."""
    with store.housekeeping() as session:
        session.exec(
            update(Errand)
            .where(col(Errand.id) == errand.id)
            .values(problem=refusal.problem[:400], fix=refusal.fix[:400], proved_at=None)
        )


def of_decision(session: Session, person_id: int, about: str, at: datetime) -> Errand | None:
    """Return what somebody typed for a decision and how far its proof is; None when nothing waits."""
    return session.exec(
        select(Errand)
        .where(
            Errand.kind == ErrandKind.PROOF,
            Errand.person_id == person_id,
            Errand.about == about,
            Errand.began_at > at - KEPT,
        )
        .order_by(col(Errand.id).desc())
    ).first()


def proof_of(errand: Errand, session_id: int, at: datetime) -> Proof | None:
    """Return the proof that an errand brought; None when there is none, or none that still counts here."""
    if errand.proved_at is None or errand.person_id is None or errand.session_id != session_id:
        return None
    if at - errand.proved_at > FRESH_FOR:
        return None
    return Proof(ProofMethod.PROVIDER, errand.proved_at, errand.person_id, errand.id)


def spend(tx: Transaction, proof: Proof, wanted: Digest) -> None:
    """Use up a provider's proof for the decision it was asked for.

    Raises:
        AccessError: it was given for another decision, or used already.
    """
    row = tx.session.get(Errand, proof.errand, with_for_update=True, populate_existing=True) if proof.errand else None
    fits = row is not None and (row.purpose, row.person_id) == (wanted, tx.actor.person_id)
    if row is None or not fits or row.proved_at is None or row.proved_at != proof.at:
        raise AccessError(
            "This proof of identity was given for another decision, or was used already.",
            "Ask your identity provider again.",
        )
    tx.session.delete(row)


def drop(store: Store, person_id: int, about: str) -> None:
    """Forget what somebody typed for a decision, and every proof for it."""
    with store.housekeeping() as session:
        session.exec(_of(person_id, about))


def _seen_anew(session: Session, session_id: int, seen_at: datetime) -> bool:
    """Tell whether a provider saw somebody later than ever before in this session, and note that it did.

    Within `SKEW` signing in itself, or the proof of the decision before, would pass for a fresh proof.
    """
    earlier = or_(col(ProviderSession.seen_at).is_(None), col(ProviderSession.seen_at) < seen_at)
    noted = (
        update(ProviderSession)
        .where(col(ProviderSession.session_id) == session_id, earlier)
        .values(seen_at=seen_at)
        .returning(col(ProviderSession.session_id))
    )
    return session.connection().execute(noted).scalar_one_or_none() is not None


def _of(person_id: int, about: str) -> Delete:
    return delete(Errand).where(col(Errand.person_id) == person_id, col(Errand.about) == about)
