"""Every action of the product, and who may do it: one table, checked in the actions at the moment of the action."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from sqlmodel import Session, col, select

from core.access.grant import ReviewGrant
from core.access.person import Person, ReviewRole, SystemRole
from core.access.scope import EVERYTHING, Scope
from core.access.standing import Standing, TokenStanding, standing
from core.access.token import TokenScope
from core.audit.actor import Actor, ActorKind
from core.errors import AccessError, NotFoundError


class Permission(StrEnum):
    """Something that can be done here. The value completes the sentence "Your roles do not allow you to …"."""

    SEE = "see models and their records"
    SEE_ROWS = "see rows of uploaded data"
    SEE_AUDIT_LOG = "see the audit log"

    REGISTER_USE_CASE = "register a use case"
    REGISTER_MODEL = "register a model"
    REGISTER_VERSION = "register a version"
    DESCRIBE_MODEL = "change the description of a model"
    CLASSIFY_MODEL = "judge the materiality and the class of a model"
    EDIT_CARD = "edit a model card"
    LINK_LINEAGE = "record lineage"

    REGISTER_EVALUATION_SET = "register an evaluation set"
    UPLOAD_EVALUATION = "upload an evaluation"
    LOG_PREDICTIONS = "log predictions and labels"
    SET_MONITOR = "set up monitoring"

    OPEN_REQUEST = "open a request"
    WITHDRAW_REQUEST = "withdraw a request"
    COMMENT = "comment on a request"
    REVIEW_AS_MODEL_OWNER = "sign as model owner"
    REVIEW_AS_TECHNICAL_REVIEWER = "sign as technical reviewer"
    REVIEW_AS_RISK_REVIEWER = "sign as risk reviewer"
    REVIEW_AS_BUSINESS_OWNER = "sign as business owner"
    ACCEPT_RULE = "accept a check that is not met"
    RAISE_FINDING = "raise a finding"
    RESOLVE_FINDING = "resolve a finding"
    VERIFY_FINDING = "verify a resolved finding"
    ATTEST_COVERAGE = "attest that an obligation is met"

    DRAFT_POLICY = "draft a policy"
    PUBLISH_POLICY = "publish a policy"

    EXPORT_REPORT = "export an audit report"
    EXPORT_AUDIT = "export the audit log"
    SIGN_CHECKPOINT = "sign a checkpoint of the audit log"

    KEEP_TOKENS = "make and revoke tokens of your own"
    MANAGE_PEOPLE = "manage people and their roles"
    MANAGE_CONNECTIONS = "manage connections to other systems"
    REVIEW_ACCESS = "review who has access"
    ERASE = "erase stored content"
    OPERATE_STORE = "back up, restore or renumber the store"

    @property
    def words(self) -> str:
        """Return what is allowed, as the end of a sentence."""
        return self.value


@dataclass(frozen=True, slots=True)
class Holders:
    """Who holds a permission: any of these system roles, or any of these review roles where it is used."""

    system: frozenset[SystemRole] = frozenset()
    review: frozenset[ReviewRole] = frozenset()

    @property
    def words(self) -> str:
        """Name the roles, one of which is enough."""
        names = [r.words for r in SystemRole if r in self.system] + [r.words for r in ReviewRole if r in self.review]
        lowered = [name.lower() for name in names]
        return " or ".join([", ".join(lowered[:-1]), lowered[-1]] if len(lowered) > 1 else lowered)


def _held_by(*roles: SystemRole | ReviewRole) -> Holders:
    return Holders(
        frozenset(r for r in roles if isinstance(r, SystemRole)),
        frozenset(r for r in roles if isinstance(r, ReviewRole)),
    )


_VIEWER, _CONTRIBUTOR, _AUDITOR, _ADMIN = SystemRole
_OWNER, _TECHNICAL, _RISK, _BUSINESS = ReviewRole

HELD_BY: Final[dict[Permission, Holders]] = {
    Permission.SEE: _held_by(_VIEWER, _CONTRIBUTOR, _AUDITOR, _ADMIN),
    Permission.SEE_ROWS: _held_by(_CONTRIBUTOR, _RISK),
    Permission.SEE_AUDIT_LOG: _held_by(_AUDITOR, _ADMIN, _RISK),
    # What is governed
    Permission.REGISTER_USE_CASE: _held_by(_CONTRIBUTOR, _ADMIN),
    Permission.REGISTER_MODEL: _held_by(_CONTRIBUTOR),
    Permission.REGISTER_VERSION: _held_by(_CONTRIBUTOR),
    Permission.DESCRIBE_MODEL: _held_by(_CONTRIBUTOR, _OWNER),
    Permission.CLASSIFY_MODEL: _held_by(_RISK),
    Permission.EDIT_CARD: _held_by(_CONTRIBUTOR, _OWNER, _TECHNICAL, _RISK, _BUSINESS),
    Permission.LINK_LINEAGE: _held_by(_CONTRIBUTOR),
    # What was measured
    Permission.REGISTER_EVALUATION_SET: _held_by(_ADMIN, _RISK),
    Permission.UPLOAD_EVALUATION: _held_by(_CONTRIBUTOR, _RISK),
    Permission.LOG_PREDICTIONS: _held_by(_CONTRIBUTOR, _TECHNICAL),
    Permission.SET_MONITOR: _held_by(_CONTRIBUTOR, _TECHNICAL),
    # Who agrees. No system role stands in the lines that sign, and none may.
    Permission.OPEN_REQUEST: _held_by(_CONTRIBUTOR, _OWNER, _TECHNICAL),
    Permission.WITHDRAW_REQUEST: _held_by(_CONTRIBUTOR, _OWNER, _TECHNICAL),
    Permission.COMMENT: _held_by(_CONTRIBUTOR, _OWNER, _TECHNICAL, _RISK, _BUSINESS),
    Permission.REVIEW_AS_MODEL_OWNER: _held_by(_OWNER),
    Permission.REVIEW_AS_TECHNICAL_REVIEWER: _held_by(_TECHNICAL),
    Permission.REVIEW_AS_RISK_REVIEWER: _held_by(_RISK),
    Permission.REVIEW_AS_BUSINESS_OWNER: _held_by(_BUSINESS),
    Permission.ACCEPT_RULE: _held_by(_RISK),
    Permission.RAISE_FINDING: _held_by(_OWNER, _TECHNICAL, _RISK, _BUSINESS),
    Permission.RESOLVE_FINDING: _held_by(_CONTRIBUTOR, _OWNER, _TECHNICAL),
    Permission.VERIFY_FINDING: _held_by(_RISK),
    Permission.ATTEST_COVERAGE: _held_by(_RISK),
    # By which rules
    Permission.DRAFT_POLICY: _held_by(_ADMIN, _RISK),
    Permission.PUBLISH_POLICY: _held_by(_ADMIN),
    # What leaves the house
    Permission.EXPORT_REPORT: _held_by(_CONTRIBUTOR, _AUDITOR, _ADMIN, _OWNER, _TECHNICAL, _RISK, _BUSINESS),
    Permission.EXPORT_AUDIT: _held_by(_AUDITOR, _ADMIN),
    Permission.SIGN_CHECKPOINT: _held_by(_AUDITOR, _ADMIN),
    # Who keeps the house
    Permission.KEEP_TOKENS: _held_by(_VIEWER, _CONTRIBUTOR, _AUDITOR, _ADMIN),
    Permission.MANAGE_PEOPLE: _held_by(_ADMIN),
    Permission.MANAGE_CONNECTIONS: _held_by(_ADMIN),
    Permission.REVIEW_ACCESS: _held_by(_AUDITOR, _ADMIN),
    Permission.ERASE: _held_by(_ADMIN),
    Permission.OPERATE_STORE: _held_by(_ADMIN),
}

REVIEW_AS: Final[dict[ReviewRole, Permission]] = {
    ReviewRole.MODEL_OWNER: Permission.REVIEW_AS_MODEL_OWNER,
    ReviewRole.TECHNICAL_REVIEWER: Permission.REVIEW_AS_TECHNICAL_REVIEWER,
    ReviewRole.RISK_REVIEWER: Permission.REVIEW_AS_RISK_REVIEWER,
    ReviewRole.BUSINESS_OWNER: Permission.REVIEW_AS_BUSINESS_OWNER,
}
"""The permission that signing in each role takes."""

PERSONAL: Final = frozenset({*REVIEW_AS.values(), Permission.ACCEPT_RULE, Permission.ATTEST_COVERAGE})
"""What needs a person in front of a screen: no token, no command line, no background task."""

COVERED_BY: Final[dict[TokenScope, frozenset[Permission]]] = {
    TokenScope.READ: frozenset({Permission.SEE}),
    TokenScope.REGISTER: frozenset({
        Permission.SEE, Permission.REGISTER_USE_CASE, Permission.REGISTER_MODEL, Permission.REGISTER_VERSION,
        Permission.DESCRIBE_MODEL, Permission.CLASSIFY_MODEL, Permission.EDIT_CARD, Permission.LINK_LINEAGE,
    }),
    TokenScope.EVALUATE: frozenset({
        Permission.SEE, Permission.SEE_ROWS, Permission.REGISTER_EVALUATION_SET, Permission.UPLOAD_EVALUATION,
        Permission.LOG_PREDICTIONS, Permission.SET_MONITOR,
    }),
    TokenScope.REQUEST: frozenset({
        Permission.SEE, Permission.OPEN_REQUEST, Permission.WITHDRAW_REQUEST, Permission.COMMENT,
        Permission.RAISE_FINDING, Permission.RESOLVE_FINDING,
    }),
    TokenScope.AUDIT: frozenset({Permission.SEE_AUDIT_LOG, Permission.EXPORT_AUDIT, Permission.SIGN_CHECKPOINT}),
    TokenScope.REPORT: frozenset({Permission.SEE, Permission.EXPORT_REPORT}),
}  # fmt: skip
"""What each scope of a token covers. What stands in no line is done by people: signing, policies, people, the store."""

ANYWHERE: Final = "anywhere"
"""The place of what belongs to no model (a list, an evaluation set): a grant of any reach counts."""


def allows(
    permission: Permission, system_role: SystemRole, grants: list[tuple[ReviewRole, Scope]], place: Scope | str
) -> bool:
    """Tell whether these roles hold the permission at `place`; a pure reading of the table.

    Args:
        permission: what is about to be done.
        system_role: the person's system role.
        grants: the person's standing review roles with their reach.
        place: where it happens; `EVERYTHING` counts only grants for everything, `ANYWHERE` counts any.
    """
    holders = HELD_BY[permission]
    if system_role in holders.system:
        return True
    return any(
        role in holders.review and (not isinstance(place, Scope) or reach.covers(place)) for role, reach in grants
    )


def grants_of(session: Session, person_id: int) -> list[tuple[ReviewRole, Scope]]:
    """Return the standing review roles of a person with their reach."""
    rows = session.exec(
        select(ReviewGrant).where(ReviewGrant.person_id == person_id, col(ReviewGrant.revoked_at).is_(None))
    )
    return [(grant.role, grant.scope) for grant in rows]


def require(session: Session, actor: Actor, permission: Permission, scope: Scope | str = EVERYTHING) -> Person:
    """Return the acting person when the store says, now, that they may do this.

    Args:
        session: the transaction's session, so that the answer holds while the action runs.
        actor: who acts.
        permission: what is about to be done.
        scope: where. `Scope(model_id=…, use_case_id=…)`; the default counts only grants for everything;
            `ANYWHERE` counts a grant of any reach.

    Raises:
        AccessError: no such person, not active, not by this means, or not with these roles.
        NotFoundError: the actor is a token that is bound to other models, and so does not know of this one.
    """
    check(session, actor, permission, scope)
    return session.get_one(Person, actor.person_id)


def check(session: Session, actor: Actor, permission: Permission, scope: Scope | str = EVERYTHING) -> None:
    """Ask as `require` does, where nobody needs the row of the person: one question to the store, or two."""
    found = require_means(session, actor, permission, scope)
    by_system_role = allows(permission, found.system_role, [], scope)  # saves asking for grants
    if not (by_system_role or allows(permission, found.system_role, grants_of(session, found.person_id), scope)):
        raise AccessError(
            f"Your roles do not allow you to {permission.words}.",
            f"This takes the role {HELD_BY[permission].words} here. An administrator gives roles on the People page.",
        )


def require_means(session: Session, actor: Actor, permission: Permission, scope: Scope | str = EVERYTHING) -> Standing:
    """Return how the actor stands when the account is open and the means reach as far as this, whatever the roles.

    By itself only for what is somebody's own, such as a finding one has raised: a token with other scopes does not
    reach even that.

    Raises:
        AccessError: no such person, not active, or not by this means.
        NotFoundError: the actor is a token that is bound to other models.
    """
    found = standing(session, actor)
    if found is None:
        raise AccessError(f"Only a person can {permission.words}.", "Sign in as yourself and try again.")
    if not found.active:
        raise AccessError("This account is no longer active.", "Ask an administrator to activate it.")
    if permission in PERSONAL and (actor.kind is not ActorKind.USER or actor.method == "cli"):
        raise AccessError(
            f"A command or a token cannot {permission.words}.", "Open the page in a browser and sign there as yourself."
        )
    if actor.kind is ActorKind.TOKEN:
        if found.token is None or not found.token.works(session.info["clock"]()):
            raise AccessError("This token no longer works.", "Make a new one on My account.")
        _admit(found.token, permission, scope)
    return found


def may(session: Session, actor: Actor, permission: Permission, scope: Scope | str = EVERYTHING) -> bool:
    """Tell whether `require` would let this through; for showing or hiding a button, never instead of `require`."""
    try:
        check(session, actor, permission, scope)
    except (AccessError, NotFoundError):
        return False
    return True


def _admit(token: TokenStanding, permission: Permission, scope: Scope | str) -> None:
    """Let a token through as far as its scopes and its models reach; what its owner may is asked besides."""
    model_id = scope.model_id if isinstance(scope, Scope) else None
    if token.model_ids and model_id is not None and model_id not in token.model_ids:
        raise NotFoundError("There is nothing here for this token.", "Use a token that is bound to this model.")
    if token.model_ids and model_id is None and permission is not Permission.SEE:
        raise AccessError(
            f"A token that is bound to models cannot {permission.words}.", "Use a token that is bound to none."
        )
    if not any(permission in COVERED_BY[one] for one in token.scopes):
        fitting = [one.value for one in TokenScope if permission in COVERED_BY[one]]
        raise AccessError(
            f"This token does not allow you to {permission.words}.",
            f"Make one with the scope {' or '.join(fitting)}." if fitting else "Do it in the browser, as yourself.",
        )
