"""Looking at an identity provider from this machine: can people come in through it, and what has to be told to it."""

from urllib.parse import urlsplit

import anyio

from app.providers import LOOPBACK, Provider
from app.signin.discovery import ProviderError
from app.signin.openid import Client


def examine(name: str, provider: Provider, public_url: str) -> str:
    """Ask a provider to describe itself; takes as long as it takes to answer, some seconds at most.

    Args:
        name: its name in the settings.
        provider: its settings.
        public_url: the address people type.

    Returns:
        What was found, with the addresses that its administrator enters.

    Raises:
        ProviderError: nobody can come in through it; the sentence says what mends that.
    """
    variable = f"SIGNOFF_OIDC_{name.upper()}"
    if not public_url.startswith("https:") and urlsplit(public_url).hostname not in LOOPBACK:
        raise ProviderError(
            f"{provider.label} would lead people back to {public_url}, which is not encrypted.",
            "Put a proxy with TLS in front and write https in SIGNOFF_PUBLIC_URL.",
        )
    try:
        said = anyio.run(Client(name, provider).describe)
    except ProviderError as refusal:
        raise ProviderError(
            refusal.problem, f"See that this machine reaches {provider.discovery} and what {variable}_ISSUER says."
        ) from refusal
    challenges = said.get("code_challenge_methods_supported")
    if challenges and "S256" not in challenges:
        raise ProviderError(f"{provider.label} does not protect codes (PKCE S256).", "Switch it on at the provider.")
    home = f"{public_url}/signin/oidc/{name}"
    out = "signs people out there too" if said.get("end_session_endpoint") else "has no sign-out of its own"
    strangers = f"strangers: {provider.admit.value}"
    groups = f"{len(provider.groups)} groups give roles" if provider.groups else "roles are given on the People page"
    return f"{provider.issuer} answers; redirect {home}/callback, logout {home}/logout; {out}; {strangers}; {groups}"
