"""Where a webhook may lead: which addresses can be registered, and which network addresses may be called."""

import ipaddress
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from core.errors import InputError

HTTPS: Final = 443
LONGEST: Final = 500
"""Most characters of an address."""

_LABEL: Final = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_TOP: Final = r"[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?"  # begins with a letter, so no notation of a number gets through
_NAME: Final = re.compile(rf"(?:{_LABEL}\.)*{_TOP}")
_PLAIN: Final = re.compile(r"[!-\[\]-~]+")  # printable ASCII without the backslash, which some read as a slash

# What the address registries of IANA set apart, and is_global lets through or judges differently between releases.
_APART: Final = tuple(
    map(
        ipaddress.ip_network,
        (
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.31.196.0/24",
            "192.52.193.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "192.175.48.0/24",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/4",
            "240.0.0.0/4",
            "2001::/23",
            "2001:db8::/32",
            "2002::/16",
            "2620:4f:8000::/48",
            "3fff::/20",
        ),
    )
)
_GLOBAL_UNICAST: Final = ipaddress.ip_network("2000::/3")
"""All of IPv6 that is handed out to hosts; what maps, embeds or translates IPv4 lies outside, 6to4 and Teredo apart."""


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a webhook leads.

    Attributes:
        url: as it was registered.
        name: the DNS name in it, in small letters.
        port: 443, unless the administrator's list says otherwise.
        excepted: whether it stands on the administrator's list, so that its network addresses are not asked about.
    """

    url: str
    name: str
    port: int
    excepted: bool


def accept(url: str, excepted: Collection[str] = ()) -> Destination:
    """Read the address of a webhook.

    Args:
        url: as somebody typed it.
        excepted: names, with `:port` where it is not 443, that may lead inside; only whoever sets up the server
            writes this list.

    Raises:
        InputError: nothing, no https, no DNS name, another port, a user name in it, or what programs read differently.
    """
    if not url.strip():
        raise InputError(
            "The webhook has no address.", "Enter an address, for example https://hooks.example.org/signoff."
        )
    if len(url) > LONGEST or not _PLAIN.fullmatch(url):
        raise InputError(
            "This is no plain web address.",
            f"Write it in ASCII without blanks or backslashes, at most {LONGEST} characters; other letters as xn--….",
        )
    try:
        parts = urlsplit(url)
        port = parts.port or HTTPS
    except ValueError:
        raise InputError("This is no web address.", "Write it as https://hooks.example.org/signoff.") from None
    if parts.scheme != "https" or not url.lower().startswith("https://"):
        raise InputError("Webhooks go by https only.", "Write it as https://hooks.example.org/signoff.")
    if "@" in parts.netloc or parts.fragment or "#" in url:
        raise InputError("The address carries a user name or a mark.", "Leave out what stands before @ and after #.")
    name = (parts.hostname or "").lower()
    if "%" in parts.netloc or not _NAME.fullmatch(name) or len(name) > 253:
        raise InputError("The address names no host by its DNS name.", "Write a name instead of a number.")
    listed = f"{name}:{port}" in excepted or (name in excepted and port == HTTPS)
    if not listed and (port != HTTPS or parts.netloc.lower() not in {name, f"{name}:443"}):
        raise InputError(f"Port {port} is not allowed.", _ASK)
    if not listed and ("." not in name or name.endswith((".localhost", ".local", ".internal", ".arpa", ".home"))):
        raise InputError(f"{name} is a name of the inside.", _ASK)
    return Destination(url, name, port, listed)


def is_public(address: str) -> bool:
    """Tell whether a network address belongs to the public internet, in every notation and embedding of it.

    Source:
        IANA IPv4 and IPv6 Special-Purpose Address Registries; RFC 4291, 6052 (NAT64), 3056 (6to4), 4380 (Teredo).

    >>> [is_public(a) for a in ("93.184.216.34", "127.0.0.1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822")]
    [True, False, False, False]
    """
    try:
        read = ipaddress.ip_address(address)
    except ValueError:
        return False
    if not read.is_global or read.is_multicast or read.is_reserved or read.is_unspecified:
        return False
    if isinstance(read, ipaddress.IPv6Address) and (read.scope_id is not None or read not in _GLOBAL_UNICAST):
        return False
    return not any(read.version == network.version and read in network for network in _APART)


def pinned(destination: Destination, resolved: Iterable[str]) -> str:
    """Choose the one network address to call, and refuse a name of which any address lies inside.

    Args:
        destination: where to.
        resolved: every address of its name, as the resolver gave them just now.

    Returns:
        The address to connect to; connecting by name would ask the resolver again, and may get another answer.

    Raises:
        InputError: the name has no address, or one that is not public.
    """
    found = list(resolved)
    if not found:
        raise InputError(f"The name {destination.name} has no address.", "Check the name in the webhook's address.")
    if not destination.excepted and not all(is_public(address) for address in found):
        raise InputError(f"{destination.name} leads to an address that is not public.", _ASK)
    return found[0]


_ASK: Final = "Use a public address, or ask whoever runs the server to list the name in SIGNOFF_WEBHOOK_ALLOW."
