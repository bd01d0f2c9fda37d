"""One identity provider as an OpenID Connect client sees it: what it says of itself, and whom it says is there."""

import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import StarletteIntegration, StarletteOAuth2App
from joserfc import jwt
from joserfc.errors import ClaimError, ExpiredTokenError, InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from starlette.requests import Request

from app.providers import Provider
from app.signin.discovery import ProviderError, accepted
from core.access.admission import Arrival
from core.clock import Clock, system
from core.errors import AccessError

LEEWAY: Final = 60
"""Seconds by which a provider's clock may stand from ours."""

_MISFIT: Final = {
    "iss": "somebody else issued it",
    "aud": "it is meant for another application",
    "azp": "it is meant for another application",
    "nonce": "it belongs to another sign-in",
}
_TIMEOUT: Final = 5.0
_REREAD: Final = 3600.0
_KEYS_STAND: Final = timedelta(minutes=1)
"""For how long a notice under an unknown key is taken for forged, once the keys were read because of one: anybody may
send notices, and each would make us ask the provider."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of a visit to a provider.

    Attributes:
        arrival: who it says is there.
        id_token: what it signed.
        sid: what it calls its session.
        seen_at: when it saw the person; None where it does not say.
    """

    arrival: Arrival
    id_token: str
    sid: str | None
    seen_at: datetime | None


class _App(StarletteOAuth2App):  # type: ignore[misc]  # Authlib is not typed
    """Authlib's client, which believes a provider's description only as far as it is needed and fits the settings."""

    provider: Provider
    read_at: float | None = None

    async def load_server_metadata(self) -> dict[str, Any]:
        """Read how the provider describes itself, anew every hour.

        Raises:
            ProviderError: it names another issuer, leaves out an address, or signs with nothing we accept.
        """
        if self.read_at is None or time.monotonic() - self.read_at > _REREAD:
            async with self._get_session() as client:
                answer = await client.request("GET", self.provider.discovery, withhold_token=True)
                answer.raise_for_status()
            self.server_metadata = accepted(self.provider, answer.json())
            self.read_at = time.monotonic()
        return self.server_metadata


class Client:
    """Speaks OpenID Connect with one provider.

    Args:
        name: its name in the settings.
        provider: its settings.
        clock: tells the time.
    """

    def __init__(self, name: str, provider: Provider, clock: Clock = system) -> None:
        self.name, self.provider, self.clock = name, provider, clock
        self._keys_read_at: datetime | None = None
        secret = provider.client_secret.get_secret_value() if provider.client_secret else None
        self._app = _App(
            StarletteIntegration(name),
            name,
            client_id=provider.client_id,
            client_secret=secret,
            client_kwargs={
                "scope": provider.scopes,
                "code_challenge_method": "S256",
                "token_endpoint_auth_method": "client_secret_basic" if secret else "none",
                "timeout": _TIMEOUT,
                "follow_redirects": False,
            },
        )
        self._app.provider = provider

    async def describe(self) -> Mapping[str, Any]:
        """Return how the provider describes itself, keys included.

        Raises:
            ProviderError: it cannot be reached, or does not fit.
        """
        async with self._speaking():
            await self._app.fetch_jwk_set()
            return dict(self._app.server_metadata)

    async def set_out(self, request: Request, back: str, **wishes: Any) -> tuple[str, str]:
        """Prepare a visit; what has to be known again stands in `request.session` afterwards.

        Args:
            request: from the browser that sets out; its session is filled.
            back: our address that the provider leads back to.
            wishes: what else to ask for, as `max_age=0`.

        Returns:
            The address at the provider, and the state that comes back from there.

        Raises:
            ProviderError: it cannot be reached, or does not fit.
        """
        async with self._speaking():
            prepared = await self._app.create_authorization_url(back, **wishes)
            await self._app.save_authorize_data(request, redirect_uri=back, **prepared)
        return prepared["url"], prepared["state"]

    async def come_back(self, request: Request) -> Answer:
        """Take the provider's answer: fetch the tokens, check them, and read who is there.

        Args:
            request: the callback; its session holds what `set_out` put there.

        Raises:
            AccessError: the provider refused, or the person did.
            ProviderError: it cannot be reached, or what it signed does not hold.
        """
        query = request.query_params
        if "error" in query:
            raise _declined(self.provider, query["error"])
        async with self._speaking():
            metadata = await self._app.load_server_metadata()
            named = query.get("iss")
            if named != self.provider.issuer and (
                named or metadata.get("authorization_response_iss_parameter_supported")
            ):
                raise self._unfit("the answer names another issuer")
            meant = {
                "iss": {"essential": True, "value": self.provider.issuer},
                "aud": {"essential": True, "value": self.provider.client_id},
                "sub": {"essential": True},
            }
            token = await self._app.authorize_access_token(request, leeway=LEEWAY, claims_options=meant)
            claims = token.get("userinfo")
            if not claims or not _text(claims.get("sub")):
                raise self._unfit("it does not say who you are")
            known = await self._complete(dict(claims), token)
        return Answer(
            arrival=_arrival(self.provider, known),
            id_token=str(token["id_token"]),
            sid=_text(claims.get("sid")) or None,
            seen_at=_moment(claims.get("auth_time")),
        )

    async def read_logout(self, logout_token: str) -> Mapping[str, Any]:
        """Check who signed a logout token, and return its claims unjudged.

        Raises:
            ProviderError: the provider cannot be reached, or did not sign it.
        """
        async with self._speaking():
            metadata = await self._app.load_server_metadata()
            accepts = JWSRegistry(
                algorithms=metadata["id_token_signing_alg_values_supported"], strict_check_header=False
            )
            keys = KeySet.import_key_set(await self._app.fetch_jwk_set())
            try:
                read = jwt.decode(logout_token, keys, registry=accepts)
            except InvalidKeyIdError:
                if not self._may_read_keys():
                    raise
                keys = KeySet.import_key_set(await self._app.fetch_jwk_set(force=True))
                read = jwt.decode(logout_token, keys, registry=accepts)
            return read.claims

    async def way_out(self, id_token: str, back: str) -> str | None:
        """Return the address where the provider ends its own session; None where it offers none.

        Raises:
            ProviderError: it cannot be reached, or does not fit.
        """
        async with self._speaking():
            if not (await self._app.load_server_metadata()).get("end_session_endpoint"):
                return None
            made = await self._app.create_logout_url(
                post_logout_redirect_uri=back, id_token_hint=id_token, client_id=self.provider.client_id
            )
            return str(made["url"])

    async def _complete(self, claims: dict[str, Any], token: dict[str, Any]) -> dict[str, Any]:
        """Ask for the profile where the ID token brings none; what it signed outweighs what it says."""
        lacks_groups = self.provider.groups and self.provider.groups_claim not in claims
        if (claims.get("name") and not lacks_groups) or "userinfo_endpoint" not in self._app.server_metadata:
            return claims
        said = await self._app.userinfo(token=token)
        if said.get("sub") != claims["sub"]:
            raise self._unfit("it describes somebody else than it signed for")
        return {**said, **claims}

    @asynccontextmanager
    async def _speaking(self) -> AsyncIterator[None]:
        """Turn whatever goes wrong between us and the provider into a sentence."""
        try:
            yield
        except httpx2.HTTPError as error:
            raise ProviderError(
                f"{self.provider.label} cannot be reached.",
                "Try again in a moment. Local accounts can sign in meanwhile.",
            ) from error
        except (AuthlibBaseError, JoseError, ValueError, TypeError, KeyError, RuntimeError, AttributeError) as error:
            raise self._unfit(_why(error)) from error

    def _may_read_keys(self) -> bool:
        now = self.clock()
        if self._keys_read_at is not None and timedelta() <= now - self._keys_read_at < _KEYS_STAND:
            return False
        self._keys_read_at = now
        return True

    def _unfit(self, why: str) -> ProviderError:
        return ProviderError(
            f"The answer of {self.provider.label} does not count: {why}.",
            "Start again. If it stays so, an administrator runs `signoff doctor`.",
        )


def _declined(provider: Provider, error: str) -> AccessError:
    if error in {"access_denied", "login_required", "interaction_required", "consent_required"}:
        return AccessError(f"{provider.label} did not let you in.", "Try again, or sign in with a local account.")
    return AccessError(
        f"{provider.label} answered with an error ({error[:60] if error.isidentifier() else 'unknown'}).",
        "Try again. If it stays so, an administrator runs `signoff doctor`.",
    )


def _arrival(provider: Provider, claims: Mapping[str, Any]) -> Arrival:
    groups = claims.get(provider.groups_claim)
    # Some providers write it as text; one that never says it is taken at its word.
    doubted = str(claims.get("email_verified", True)).lower() != "true"
    return Arrival(
        iss=provider.issuer,
        sub=_text(claims["sub"]),
        username=_text(claims.get("preferred_username")),
        name=_text(claims.get("name")),
        email=None if doubted else _text(claims.get("email")) or None,
        groups=tuple(one for one in groups if isinstance(one, str)) if isinstance(groups, list) else (),
    )


def _why(error: Exception) -> str:
    """Say what is wrong with an answer, in words that name nothing of its content."""
    if isinstance(error, ExpiredTokenError):
        return "it is too old"
    if isinstance(error, ClaimError):
        return _MISFIT.get(error.claim, "something in it does not fit")
    if isinstance(error, JoseError):
        return "its signature does not hold"
    return "it gives no token for this sign-in" if isinstance(error, AuthlibBaseError) else "it cannot be read"


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _moment(value: object) -> datetime | None:
    """Read seconds since 1970; anything else is no moment."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 2**33:
        return None
    return datetime.fromtimestamp(value, UTC)
