"""The ways out of the house: turns one delivery into a mail or a signed webhook, and says what became of it."""

import logging
import secrets
from dataclasses import dataclass
from typing import Any, Final

from app.settings import Settings
from core import clock, digest
from core.access.permission import Permission, require
from core.access.person import Person
from core.audit.actor import Actor
from core.connectors import mail
from core.connectors.mail import Encryption, Letter, MailServer
from core.connectors.webhook import Caller, Parcel
from core.errors import GovernanceError
from core.notifications import queries, webhook
from core.notifications.delivery import Delivery
from core.notifications.kind import Channel
from core.notifications.outbox import Try
from core.notifications.webhook import Webhook
from core.store.store import Store

_LOG: Final = logging.getLogger("signoff")


@dataclass(frozen=True, slots=True)
class Outlets:
    """What is set up for leaving the house.

    Attributes:
        store: where deliveries are.
        public_url: address under which people open Signoff, for links.
        mail: the mail server; None while none is set up.
        caller: what calls webhooks.
    """

    store: Store
    public_url: str
    mail: MailServer | None
    caller: Caller

    def send(self, delivery_id: str) -> Try:
        """Try a delivery once. Whatever goes wrong is a sentence, so that one receiver never stops the others."""
        try:
            with self.store.reading() as session:
                delivery = queries.delivery(session, delivery_id)
                person = session.get(Person, delivery.person_id) if delivery.person_id else None
                hook = session.get(Webhook, delivery.webhook_id) if delivery.webhook_id else None
            match delivery.channel:
                case Channel.MAIL if person is not None:
                    return self._mail(delivery, person)
                case Channel.WEBHOOK if hook is not None:
                    return self._call(delivery, hook)
                case _:
                    return Try("This is shown in Signoff and is sent nowhere.", final=True)
        except GovernanceError as error:
            return Try(f"{error.problem} {error.fix}")
        except Exception:  # noqa: BLE001 - logged whole; one receiver never stops the others
            _LOG.exception("Delivery %s failed.", delivery_id)
            return Try("Something went wrong inside Signoff; its own log says what.")

    def try_out(self, actor: Actor, webhook_id: int) -> Try:
        """Call a webhook at once with a message that says it is a test; it has no number, so it leaves no gap.

        Raises:
            AccessError: the actor does not manage connections.
            NotFoundError: no such webhook stands.
        """
        with self.store.reading() as session:
            require(session, actor, Permission.MANAGE_CONNECTIONS)
            hook = queries.webhook(session, webhook_id)
        message = {
            "id": secrets.token_hex(16),
            "number": None,
            "event": "test",
            "address": hook.address,
            "url": f"{self.public_url}/connections",
            "words": "This is a test. Nothing happened",
            "seq": None,
            "at": clock.rfc3339(self.store.clock()),
        }
        return self._post(hook, message)

    def _mail(self, delivery: Delivery, person: Person) -> Try:
        if not person.active:
            return Try("The account was closed meanwhile.", final=True)
        if not person.email:
            return Try("The person has no mail address any more.", final=True)
        if self.mail is None:
            return Try(f"No mail server is set up: {MAIL_FIX}")
        letter = Letter(
            id=delivery.id,
            to=person.email,
            subject=f"{delivery.address}: {delivery.words}",
            words=delivery.words,
            link=self.public_url + delivery.page,
            at=self.store.clock(),
        )
        return Try(mail.send(self.mail, mail.written(letter, self.mail.sender, f"{self.public_url}/account")))

    def _call(self, delivery: Delivery, hook: Webhook) -> Try:
        if hook.removed_at is not None:
            return Try("The webhook was removed meanwhile.", final=True)
        message = {
            "id": delivery.id,
            "number": delivery.number,
            "event": delivery.kind.value,
            "address": delivery.address,
            "url": self.public_url + delivery.page,
            "words": delivery.words,
            "seq": delivery.seq,
            "at": clock.rfc3339(delivery.at),
        }
        return self._post(hook, message)

    def _post(self, hook: Webhook, message: dict[str, Any]) -> Try:
        moment, secret = int(self.store.clock().timestamp()), webhook.secret(self.store, hook.salt)
        return Try(self.caller.call(hook.url, Parcel(message["id"], moment, digest.canonical(message), secret)))


MAIL_FIX: Final = "set SIGNOFF_SMTP_HOST and SIGNOFF_MAIL_FROM."
"""What lets mail leave the house."""


def outlets(store: Store, chosen: Settings) -> Outlets:
    """Read from the settings which ways lead out."""
    return Outlets(store, chosen.public_url, mail_server(chosen), Caller(chosen.webhook_exceptions))


def mail_server(chosen: Settings) -> MailServer | None:
    """Return the mail server of the settings; None while it is not set up."""
    if not chosen.smtp_host or not chosen.mail_from:
        return None
    return MailServer(
        host=chosen.smtp_host,
        port=chosen.smtp_port,
        sender=chosen.mail_from,
        encryption=Encryption(chosen.smtp_encryption),
        user=chosen.smtp_user or "",
        password=chosen.smtp_password.get_secret_value() if chosen.smtp_password else "",
    )
