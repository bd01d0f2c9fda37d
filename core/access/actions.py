"""Changing who is here and what they may do."""

import secrets

from sqlmodel import col, select

from core.access import entering, identity, issuing, queries
from core.access.grant import ReviewGrant
from core.access.invitation import VALID_FOR, Invitation
from core.access.password import LocalPassword, accept, hashed
from core.access.permission import Permission, require
from core.access.person import LOCAL, Person, ReviewRole, SystemRole
from core.access.personas import PERSONAS
from core.access.scope import EVERYTHING, Scope
from core.access.session import fingerprint, new_token
from core.audit.event import Event
from core.errors import AccessError, ConflictError, InputError, NotFoundError
from core.store.transaction import Transaction


def create_first_admin(tx: Transaction, username: str, name: str, password: str, email: str | None = None) -> Person:
    """Create the first administrator of an empty store.

    Raises:
        ConflictError: somebody is here already.
        InputError: a value cannot be used.
    """
    if queries.anybody(tx.session):
        raise ConflictError("This store has people already.", "Let an administrator add more on the People page.")
    first = _add_person(tx, username, name, email, SystemRole.ADMIN)
    _store_password(tx, first, password)
    return first


def create_personas(tx: Transaction) -> dict[str, Person]:
    """Create the people of the demo in an empty store; returns them by user name.

    Raises:
        ConflictError: somebody is here already; a demo never mixes with real people.
    """
    if queries.anybody(tx.session):
        raise ConflictError("This store has people already.", "Build the demo in a store of its own.")
    made: dict[str, Person] = {}
    for persona in PERSONAS:
        who = _add_person(tx, persona.username, persona.name, None, persona.system_role, demo=True)
        _store_password(tx, who, persona.password)
        for role in persona.review_roles:
            _add_grant(tx, who, role, EVERYTHING)
        made[persona.username] = who
    return made


def create_person(tx: Transaction, username: str, name: str, email: str | None, system_role: SystemRole) -> Person:
    """Create an account that cannot sign in yet: follow with `invite`.

    Raises:
        AccessError: the actor does not manage people.
        ConflictError: the user name or e-mail address is taken.
        InputError: a value cannot be used.
    """
    require(tx.session, tx.actor, Permission.MANAGE_PEOPLE)
    return _add_person(tx, username, name, email, system_role)


def invite(tx: Transaction, person_id: int) -> str:
    """Give somebody a link to choose a password; earlier links stop working. Returns the code of the link, once.

    Raises:
        AccessError: the actor does not manage people.
        InputError: the account belongs to an identity provider.
        NotFoundError: there is no such person.
    """
    require(tx.session, tx.actor, Permission.MANAGE_PEOPLE)
    who = queries.person(tx.session, person_id)
    if who.iss != LOCAL:
        raise InputError("This account signs in with an identity provider.", "Passwords are changed there.")
    _close_invitations(tx, who)
    code = new_token()
    tx.add(
        Invitation(
            person_id=who.key,
            code_sha256=fingerprint(code),
            given_by=tx.actor.person_id,
            given_at=tx.now,
            ends_at=tx.now + VALID_FOR,
        )
    )
    tx.record(Event.PERSON_INVITED, who.subject)
    return code


def accept_invitation(tx: Transaction, code: str, password: str) -> Person:
    """Set the password behind a link, once, and end the person's sessions.

    Raises:
        AccessError: the link was used, is too old or unknown.
        InputError: the password is none.
    """
    found = queries.by_invitation(tx.session, code, tx.now)
    if found is None or not found[1].active:
        raise AccessError("This link no longer works.", "Ask an administrator for a new one.")
    _, who = found
    _store_password(tx, who, password)
    _close_invitations(tx, who)
    entering.end_sessions(tx, who)
    return who


def set_own_password(tx: Transaction, password: str) -> None:
    """Change the actor's own password; check the old one first with `core.access.proof.prove`.

    Raises:
        AccessError: the actor is no active person.
        InputError: the password is none, or the account belongs to an identity provider.
    """
    who = require(tx.session, tx.actor, Permission.SEE)
    if who.iss != LOCAL:
        raise InputError("This account signs in with an identity provider.", "Change the password there.")
    _store_password(tx, who, password)


def set_email(tx: Transaction, person_id: int, email: str) -> None:
    """Change where somebody is written to; nothing takes the address away. The log does not hold it.

    Raises:
        AccessError: the actor does not manage people.
        ConflictError: somebody else signs in with this address.
        InputError: this is no address.
        NotFoundError: there is no such person.
    """
    require(tx.session, tx.actor, Permission.MANAGE_PEOPLE)
    who = queries.person(tx.session, person_id)
    *_, accepted = identity.accept(who.username, who.name, email)
    if accepted and (queries.by_username(tx.session, accepted) or who).id != who.id:
        raise ConflictError("This e-mail address is taken.", "Write another one, or take it from the other account.")
    who.email = accepted
    tx.add(who)
    tx.record(Event.PERSON_EMAIL_SET, who.subject)


def set_system_role(tx: Transaction, person_id: int, role: SystemRole, seen: SystemRole | None = None) -> None:
    """Change what somebody may reach; nobody changes their own.

    `seen` is the role on the screen when the choice was made; None where there was no screen.

    Raises:
        AccessError: the actor does not manage people, or means themself.
        ConflictError: somebody else changed it since, or the last active administrator would be gone.
        NotFoundError: there is no such person.
    """
    require(tx.session, tx.actor, Permission.MANAGE_PEOPLE)
    who = queries.person(tx.session, person_id)
    _not_oneself(tx, who, "Nobody changes their own system role.")
    if seen is not None and who.system_role is not seen:
        raise ConflictError(
            f"Somebody else made {who.name} {who.system_role.words.lower()} meanwhile.", "Look again, then choose."
        )
    if who.system_role is SystemRole.ADMIN and role is not SystemRole.ADMIN:
        _keep_an_admin(tx, who)
    was, who.system_role = who.system_role, role
    tx.add(who)
    tx.record(Event.PERSON_SYSTEM_ROLE_SET, who.subject, was=was.value, role=role.value)


def grant_role(tx: Transaction, person_id: int, role: ReviewRole, scope: Scope = EVERYTHING) -> ReviewGrant:
    """Let somebody sign in a role, as far as `scope` reaches; nobody gives a role to themself.

    Raises:
        AccessError: the actor does not manage people, or means themself.
        ConflictError: the person holds this role with this reach already.
        NotFoundError: there is no such person.
    """
    require(tx.session, tx.actor, Permission.MANAGE_PEOPLE)
    who = queries.person(tx.session, person_id)
    _not_oneself(tx, who, "Nobody gives a review role to themself.")
    if any(grant.role is role and grant.scope == scope for grant in queries.grants(tx.session, who.key)):
        raise ConflictError(f"{who.name} holds this role already.", "Choose another role or another reach.")
    tx.concerns_signer(who.key)
    return _add_grant(tx, who, role, scope)


def revoke_role(tx: Transaction, grant_id: int) -> None:
    """End a review role. What was signed with it stays signed and stays on record.

    Raises:
        AccessError: the actor does not manage people.
        NotFoundError: no such role stands.
    """
    require(tx.session, tx.actor, Permission.MANAGE_PEOPLE)
    grant = tx.session.get(ReviewGrant, grant_id)
    if grant is None or grant.revoked_at is not None:
        raise NotFoundError("This role was ended already.", "Reload the page.")
    grant.revoked_at, grant.revoked_by = tx.now, tx.actor.person_id
    tx.add(grant)
    who = queries.person(tx.session, grant.person_id)
    tx.record(Event.ROLE_REVOKED, who.subject, **_reach(grant.role, grant.scope))
    tx.concerns_signer(who.key)


def deactivate(tx: Transaction, person_id: int) -> None:
    """Close an account: its sessions end and its tokens are revoked now, and its next action is refused.

    Raises:
        AccessError: the actor does not manage people, or means themself.
        ConflictError: the last active administrator would be gone.
        NotFoundError: there is no such person.
    """
    require(tx.session, tx.actor, Permission.MANAGE_PEOPLE)
    who = queries.person(tx.session, person_id)
    _not_oneself(tx, who, "Nobody closes their own account.")
    if who.system_role is SystemRole.ADMIN:
        _keep_an_admin(tx, who)
    who.active = False
    tx.add(who)
    _close_invitations(tx, who)
    ended, revoked = entering.end_sessions(tx, who), issuing.revoke_all(tx, who)
    tx.record(Event.PERSON_DEACTIVATED, who.subject, sessions_ended=ended, tokens_revoked=revoked)
    tx.concerns_signer(who.key)


def activate(tx: Transaction, person_id: int) -> None:
    """Open a closed account again; roles are as they were, sessions and tokens are not.

    Raises:
        AccessError: the actor does not manage people.
        NotFoundError: there is no such person.
    """
    require(tx.session, tx.actor, Permission.MANAGE_PEOPLE)
    who = queries.person(tx.session, person_id)
    who.active = True
    tx.add(who)
    tx.record(Event.PERSON_ACTIVATED, who.subject)
    tx.concerns_signer(who.key)


def _add_person(
    tx: Transaction, username: str, name: str, email: str | None, role: SystemRole, *, demo: bool = False
) -> Person:
    username, name, email = identity.accept(username, name, email)
    if any(queries.by_username(tx.session, taken) for taken in (username, email) if taken):
        raise ConflictError("This user name or e-mail address is taken.", "Choose another one.")
    # The subject is random: it stands in the log for good and must not name anybody.
    who = Person(
        iss=LOCAL,
        sub=secrets.token_hex(8),
        username=username,
        name=name,
        email=email,
        system_role=role,
        demo=demo,
        created_at=tx.now,
    )
    tx.add(who)
    tx.record(Event.PERSON_CREATED, who.subject, role=role.value, demo=demo)
    return who


def _store_password(tx: Transaction, who: Person, password: str) -> None:
    tx.session.merge(LocalPassword(person_id=who.key, hash=hashed(accept(password, who.username)), set_at=tx.now))
    tx.record(Event.PERSON_PASSWORD_SET, who.subject)


def _add_grant(tx: Transaction, who: Person, role: ReviewRole, scope: Scope) -> ReviewGrant:
    grant = tx.add(
        ReviewGrant(
            person_id=who.key,
            role=role,
            model_id=scope.model_id,
            use_case_id=scope.use_case_id if scope.model_id is None else None,
            granted_by=tx.actor.person_id,
            granted_at=tx.now,
        )
    )
    tx.record(Event.ROLE_GRANTED, who.subject, **_reach(role, grant.scope))
    return grant


def _close_invitations(tx: Transaction, who: Person) -> None:
    for row in tx.session.exec(select(Invitation).where(Invitation.person_id == who.key)).all():
        if row.used_at is None:
            row.used_at = tx.now
            tx.add(row)


def _not_oneself(tx: Transaction, who: Person, problem: str) -> None:
    if who.id == tx.actor.person_id:
        raise AccessError(problem, "Ask another administrator.")


def _keep_an_admin(tx: Transaction, leaving: Person) -> None:
    others = select(Person.id).where(
        Person.active, Person.system_role == SystemRole.ADMIN, col(Person.id) != leaving.key
    )
    if tx.session.exec(others.limit(1)).first() is None:
        raise ConflictError("This is the last administrator.", "Make somebody else an administrator first.")


def _reach(role: ReviewRole, scope: Scope) -> dict[str, object]:
    return {"role": role.value, "model": scope.model_id, "use_case": scope.use_case_id}
