"""Identity providers that people may come in through: variables named SIGNOFF_OIDC_<NAME>_…, read and typed."""

import json
import os
import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, SecretStr, field_validator
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource

from core.access.admission import Admission, Terms
from core.access.person import SystemRole

PREFIX: Final = "SIGNOFF_OIDC_"
LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})

_VARIABLE: Final = re.compile(rf"{PREFIX}([A-Z0-9]+)_([A-Z_]+)")


class Prompt(StrEnum):
    """What a provider may be asked to do before a decision, beside `max_age=0`."""

    LOGIN = "login"
    CONSENT = "consent"


def _object(value: object) -> object:
    """Read JSON where it comes as text; pydantic says what does not fit about the rest."""
    return json.loads(value) if isinstance(value, str) else value


class Provider(BaseModel):
    """One identity provider. A variable is called `SIGNOFF_OIDC_<NAME>_` and the attribute in capitals.

    Attributes:
        issuer: its issuer, exactly as it signs it: https, or http on this machine.
        client_id: what it calls Signoff.
        client_secret: what Signoff shows it; None for a public client, which has only its PKCE proof.
        label: its name on the sign-in page.
        scopes: what is asked for; `openid` has to be among it.
        groups_claim: the claim that lists groups.
        groups: group → system role, as JSON; where it is empty, roles are given on the People page only.
        admit: what happens to somebody who was never here.
        step_up_prompt: what it is asked before a decision, beside `max_age=0`; nothing unless set.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    issuer: str
    client_id: str = Field(min_length=1, max_length=255)
    client_secret: SecretStr | None = None
    label: str = Field(default="", max_length=40)
    scopes: str = "openid profile email"
    groups_claim: str = Field(default="groups", min_length=1)
    groups: Annotated[dict[str, SystemRole], BeforeValidator(_object)] = Field(default_factory=dict)
    admit: Admission = Admission.CREATE
    step_up_prompt: Prompt | None = None

    @field_validator("issuer")
    @classmethod
    def _an_issuer(cls, value: str) -> str:
        parts = urlsplit(value)
        plain = parts.scheme == "http" and parts.hostname in LOOPBACK
        if not (parts.scheme == "https" or plain) or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("write it as https://login.example.org, exactly as the provider names itself")
        return value

    @field_validator("scopes")
    @classmethod
    def _with_openid(cls, value: str) -> str:
        if "openid" not in value.split():
            raise ValueError("openid is missing; without it the provider signs nobody in")
        return " ".join(value.split())

    @property
    def discovery(self) -> str:
        """Where it describes itself."""
        return f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"

    @property
    def initial(self) -> str:
        """What stands on its mark."""
        return self.label[:1].upper()

    @property
    def terms(self) -> Terms:
        """On which terms its people come in."""
        return Terms(strangers=self.admit, roles=self.groups)


class ProviderVariables(PydanticBaseSettingsSource):
    """Gathers the variables of all providers into one setting, `oidc`: name in small letters → provider.

    Args:
        kind: the settings.
        dotenv: the file beside the command, read below the environment; None reads no file.
    """

    def __init__(self, kind: type[BaseSettings], dotenv: str | Path | None) -> None:
        super().__init__(kind)
        self.dotenv = dotenv

    def get_field_value(self, _field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        """Answer nothing: everything is gathered at once."""
        return None, field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return the setting, left out where no provider is configured."""
        kept = dotenv_values(self.dotenv) if self.dotenv is not None else {}
        found = gathered({**kept, **os.environ})
        return {"oidc": found} if found else {}


def gathered(variables: Mapping[str, str | None]) -> dict[str, dict[str, str]]:
    """Sort variables by provider.

    >>> gathered({"SIGNOFF_OIDC_OKTA_CLIENT_ID": "signoff", "HOME": "/"})
    {'okta': {'client_id': 'signoff'}}
    """
    found: dict[str, dict[str, str]] = {}
    for variable, value in sorted(variables.items()):
        if value and variable.startswith(PREFIX):
            named = _VARIABLE.fullmatch(variable)
            name, attribute = named.groups() if named else (variable.removeprefix(PREFIX), "")
            found.setdefault(name.lower(), {})[attribute.lower()] = value
    return found
