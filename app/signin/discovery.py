"""What a provider says of itself, believed only as far as it is needed and fits the settings."""

from typing import Any, Final
from urllib.parse import urlsplit

from app.providers import Provider
from core.errors import GovernanceError

ALGORITHMS: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
"""Signatures that only the holder of a private key can make; `none` and shared secrets are never among them."""

_KNOWN: Final = frozenset(
    {
        "issuer",
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
        "end_session_endpoint",
        "id_token_signing_alg_values_supported",
        "code_challenge_methods_supported",
        "scopes_supported",
        "claims_supported",
        "authorization_response_iss_parameter_supported",
        "backchannel_logout_supported",
    }
)


class ProviderError(GovernanceError):
    """A provider cannot be reached, or does not answer as OpenID Connect asks. Local accounts stay usable."""


def accepted(provider: Provider, said: Any) -> dict[str, Any]:
    """Take over of a provider's description what is known, fits the settings, and stays on encrypted ways.

    Args:
        provider: the settings.
        said: the JSON it answered with.

    Raises:
        ProviderError: another issuer, a missing or unsafe address, or no signature that only it can make.
    """
    if not isinstance(said, dict) or said.get("issuer") != provider.issuer:
        raise ProviderError(
            f"{provider.label} calls itself otherwise than the settings do.",
            f"Write the issuer exactly as {provider.discovery} says it.",
        )
    taken = {name: value for name, value in said.items() if name in _KNOWN}
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
        if not isinstance(taken.get(name), str):
            raise ProviderError(f"{provider.label} does not say its {name}.", f"Look at {provider.discovery}.")
    for name, value in taken.items():
        if name.endswith(("_endpoint", "_uri")) and not _as_safe_as(provider.issuer, value):
            raise ProviderError(f"{provider.label} gives an unsafe {name}.", f"Look at {provider.discovery}.")
    signs = taken.get("id_token_signing_alg_values_supported") or ["RS256"]
    taken["id_token_signing_alg_values_supported"] = [one for one in signs if one in ALGORITHMS]
    if not taken["id_token_signing_alg_values_supported"]:
        raise ProviderError(
            f"{provider.label} signs with nothing that Signoff accepts.", "Let it sign ID tokens with RS256 or ES256."
        )
    return taken


def _as_safe_as(issuer: str, address: object) -> bool:
    parts, own = urlsplit(str(address)), urlsplit(issuer)
    return parts.scheme == "https" or (parts.scheme, parts.hostname) == (own.scheme, own.hostname)
