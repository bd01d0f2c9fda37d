"""Mail over SMTP: a plain text, the same as simple HTML, and an id that a receiver can tell duplicates by."""

import asyncio
import html
import re
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from enum import StrEnum
from typing import Any, Final

import aiosmtplib
import anyio

from core.errors import InputError

PATIENCE: Final = 20.0
"""Seconds for everything: connecting, signing in, handing over and the answer."""

_FAREWELL: Final = 1.0

_INVISIBLE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


_PLAIN: Final = re.compile(r"(?!.*=\?)[^\s<>,;\x00-\x1f\x7f-\x9f]+@[^\s<>,;@\x00-\x1f\x7f-\x9f]+")


class Encryption(StrEnum):
    """How the way to the mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"

    @property
    def words(self) -> str:
        """Say it as the end of a sentence."""
        return "without encryption" if self is Encryption.NONE else f"encrypted ({self.value.upper()})"


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in.

    Attributes:
        host: name of the server.
        port: its port.
        sender: address that mail comes from.
        encryption: how the way there is protected; without, no password is sent.
        user: user name, where the server asks for one.
        password: its password.
        trust: makes the TLS context; replaced in tests.
        patience: seconds for everything.
    """

    host: str
    port: int
    sender: str
    encryption: Encryption = Encryption.STARTTLS
    user: str = ""
    password: str = ""
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context
    patience: float = PATIENCE


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail says.

    Attributes:
        id: names the delivery; the same when it is sent again.
        to: address of the receiver.
        subject: one line.
        words: one sentence.
        link: where the receiver looks.
        at: when it is sent.
    """

    id: str
    to: str
    subject: str
    words: str
    link: str
    at: datetime


def written(letter: Letter, sender: str, choices: str) -> EmailMessage:
    """Write a letter as a message.

    Nothing in it can end a header or begin another: control characters are taken out, and addresses are taken apart
    and put together again.

    Args:
        letter: what it says.
        sender: address it comes from.
        choices: where the receiver chooses what to be told.

    Raises:
        InputError: an address is none.
    """
    message = EmailMessage(policy=SMTP)
    origin = _address(sender)
    message["From"] = Address("Signoff", addr_spec=origin.addr_spec)
    message["To"] = _address(letter.to)
    message["Subject"] = _line(letter.subject)
    message["Date"] = format_datetime(letter.at)
    message["Message-ID"] = f"<{letter.id}@{origin.domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(f"{_line(letter.words)}.\n\n{letter.link}\n\n-- \nChoose what you are told: {choices}\n")
    words, link, choices = (html.escape(text) for text in (_line(letter.words), letter.link, choices))
    message.add_alternative(
        f'<!doctype html><html lang="en"><body style="font-family:sans-serif"><p>{words}.</p>'
        f'<p><a href="{link}">Open it in Signoff</a></p>'
        f'<p><small><a href="{choices}">Choose what you are told</a></small></p></body></html>\n',
        subtype="html",
    )
    return message


def send(server: MailServer, message: EmailMessage) -> str:
    """Hand a message to the mail server; returns why it did not take it, as a sentence, and nothing when it did."""
    return anyio.run(_send, server, message)


async def _send(server: MailServer, message: EmailMessage) -> str:
    protected = server.encryption is not Encryption.NONE
    link = aiosmtplib.SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.encryption is Encryption.TLS,
        start_tls=server.encryption is Encryption.STARTTLS,
        tls_context=server.trust() if protected else None,
        timeout=None,  # without a limit of its own, because the whole has one
    )
    way: asyncio.BaseTransport | None = None
    try:
        with anyio.fail_after(server.patience):
            await link.connect()
            way = link.transport
            if protected and server.user:
                await link.login(server.user, server.password)
            await link.send_message(message)
        with anyio.move_on_after(_FAREWELL), suppress(OSError, aiosmtplib.SMTPException):
            await link.quit()  # the letter was taken: what goes wrong from here on must not send it again
    except (OSError, aiosmtplib.SMTPException) as error:
        if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
            return "The mail server's certificate is not trusted, or it speaks no TLS on this port."
        return next(say(error) for kind, say in _WHY if isinstance(error, kind))
    finally:
        link.close()
        if isinstance(way, asyncio.WriteTransport):
            way.abort()  # or TLS waits for the other side's farewell, and the socket stays open behind the loop
        await anyio.sleep(0)  # what was closed is gone after one more turn of the loop
    return ""


_WHY: Final[tuple[tuple[type[Exception], Callable[[Any], str]], ...]] = (
    (aiosmtplib.SMTPAuthenticationError, lambda e: f"The mail server refused the user name or password ({e.code})."),
    (
        aiosmtplib.SMTPRecipientsRefused,
        lambda e: f"The mail server refused the receiver ({e.recipients[0].code}).",
    ),
    (aiosmtplib.SMTPResponseException, lambda e: f"The mail server answered {e.code}."),
    (TimeoutError, lambda _: "The mail server did not answer in time."),
    (aiosmtplib.SMTPConnectError, lambda _: "The mail server cannot be reached."),
    (aiosmtplib.SMTPServerDisconnected, lambda _: "The mail server hung up."),
    (
        aiosmtplib.SMTPException,
        lambda e: f"The mail server cannot do what the settings ask: {str(e).rstrip('.')}.",  # as aiosmtplib says it
    ),
    (Exception, lambda _: "The mail server cannot be reached."),
)
"""What went wrong, as a sentence; the first kind that fits."""


def _address(written_as: str) -> Address:
    try:
        made = Address(addr_spec=written_as)
    except (ValueError, IndexError, MessageError):
        made = None
    if made is None or not made.domain or not _PLAIN.fullmatch(written_as):
        raise InputError("This is no mail address.", "Write it as somebody@example.org.")
    return made


def _line(words: str) -> str:
    # Python reads encoded words in what it is given, and what they hide may end the header: no "=?" remains.
    return _INVISIBLE.sub(" ", words).replace("=?", "= ?").strip()
