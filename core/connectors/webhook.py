"""Signed webhooks over https, to public addresses only, without redirects, and with little patience."""

import socket
import ssl
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import anyio
import httpx2

from core.errors import InputError
from core.notifications import destination
from core.notifications.destination import Destination
from core.notifications.webhook import sign

PATIENCE: Final = 5.0
"""Seconds for everything: asking for the name, connecting, sending and the answer."""

LONGEST_ANSWER: Final = 64 * 1024
"""Bytes of an answer that are read at all."""

Resolver = Callable[[str, int], Awaitable[Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is sent.

    Attributes:
        delivery: its id, the same when it is sent again.
        timestamp: seconds since 1970 in UTC; receivers refuse what is older than a few minutes.
        body: JSON in UTF-8.
        secret: what it is signed with.
    """

    delivery: str
    timestamp: int
    body: bytes
    secret: str

    @property
    def headers(self) -> dict[str, str]:
        """What travels beside the body."""
        return {
            "Content-Type": "application/json",
            "User-Agent": "Signoff",
            "Signoff-Delivery": self.delivery,
            "Signoff-Timestamp": str(self.timestamp),
            "Signoff-Signature": sign(self.secret, self.timestamp, self.body),
        }


async def resolve(name: str, port: int) -> Sequence[str]:
    """Ask the system's resolver for every address of a name; one that does not answer is left behind."""
    ask = partial(socket.getaddrinfo, name, port, type=socket.SOCK_STREAM)
    found = await anyio.to_thread.run_sync(ask, abandon_on_cancel=True)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Caller:
    """What calls webhooks.

    Attributes:
        excepted: names that may lead inside.
        resolver: asked once for each call; the call goes to the address that it gave and was checked.
        trust: makes the TLS context; replaced in tests.
        patience: seconds for everything.
    """

    excepted: Collection[str] = ()
    resolver: Resolver = resolve
    trust: Callable[[], ssl.SSLContext] = ssl.create_default_context
    patience: float = PATIENCE

    def call(self, url: str, parcel: Parcel) -> str:
        """Send a parcel; returns why it did not arrive, as a sentence, and nothing when the receiver took it."""
        return anyio.run(self._call, url, parcel)

    async def _call(self, url: str, parcel: Parcel) -> str:
        try:
            leads = destination.accept(url, self.excepted)
            with anyio.fail_after(self.patience):
                address = destination.pinned(leads, await self.resolver(leads.name, leads.port))
                return await self._post(leads, address, parcel)
        except InputError as error:
            return f"{error.problem} {error.fix}"
        except (OSError, httpx2.TransportError) as error:
            return next(say(error) for kind, say in _WHY if isinstance(error, kind))

    async def _post(self, leads: Destination, address: str, parcel: Parcel) -> str:
        host = f"[{address}]" if ":" in address else address
        pinned = httpx2.URL(leads.url).copy_with(host=host, port=leads.port)
        named = leads.name if leads.port == destination.HTTPS else f"{leads.name}:{leads.port}"
        async with (  # without a limit of its own, because the whole call has one
            httpx2.AsyncClient(verify=self.trust(), follow_redirects=False, trust_env=False, timeout=None) as client,
            client.stream(
                "POST",
                pinned,
                content=parcel.body,
                headers={**parcel.headers, "Host": named, "Accept-Encoding": "identity"},
                extensions={"sni_hostname": leads.name},  # the certificate has to be that of the name
            ) as answer,
        ):
            read = 0
            async for piece in answer.aiter_raw():
                read += len(piece)
                if read > LONGEST_ANSWER:
                    return "The receiver's answer is too long; an empty one is enough."
            if answer.is_redirect:
                return f"The receiver answered {answer.status_code} and leads elsewhere; redirects are not followed."
            return "" if answer.is_success else f"The receiver answered {answer.status_code}."


def _unreachable(error: Exception) -> str:
    if "CERTIFICATE" in str(error).upper():
        return "The receiver's certificate is not trusted for this name."
    return "The receiver cannot be reached."


_WHY: Final[tuple[tuple[type[Exception], Callable[[Any], str]], ...]] = (
    (TimeoutError, lambda _: "The receiver did not answer in time."),
    (socket.gaierror, lambda _: "The name of the receiver is not known."),
    (httpx2.RemoteProtocolError, lambda _: "The receiver does not speak HTTP as it should."),
    (Exception, _unreachable),
)
"""What went wrong, as a sentence; the first kind that fits."""
