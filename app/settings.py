"""The environment, read once and typed: variables named SIGNOFF_…, or a `.env` file beside the command."""

from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from app.providers import LOOPBACK, Provider, ProviderVariables
from core.errors import InputError

__all__ = ["LOOPBACK", "Settings", "settings", "settle"]


class Settings(BaseSettings):
    """Everything that can be set from outside. `signoff doctor` shows the values, secrets masked.

    Attributes:
        home: folder of the store.
        database_url: database address; SQLite inside `home` when empty.
        migration_url: address of the role that owns the PostgreSQL tables.
        public_url: address people type; decides log origin, Secure cookie, allowed hosts and redirect address.
        hosts: further names, parted by commas, by which the server may be asked: by probes, by programs inside.
        anchor: file on another volume that holds the newest checkpoint.
        user: account that commands on this machine act as (user name or e-mail).
        url: server that commands talk to, instead of the store of this machine.
        token: API token that commands bring to that server.
        plain_http: commands may send the token by plain http, in a network that is trusted.
        session_idle_hours: a browser session ends after this long without a visit.
        session_hours: a browser session ends this long after signing in.
        engine: what computes over large files.
        upload_limit_mb: largest file taken, in megabytes.
        attestation_days: a release attestation ends after this long and is issued anew while the approval stands.
        api_rate: calls per second that a token may make for long.
        api_burst: calls that a token may make at once.
        smtp_host: mail server; without one, or without a sender, no mail is sent.
        smtp_port: its port.
        smtp_encryption: how the way there is protected: `starttls`, `tls`, or `none`, which sends no password.
        smtp_user: user name there.
        smtp_password: password there.
        mail_from: address that mail comes from.
        webhook_allow: names, or `name:port`, parted by commas, to which webhooks may lead although they lie inside.
        worker_url: database in which the worker notes its tries; by default a file in `home`, or a schema of its own
            beside the PostgreSQL tables.
        worker_lease_seconds: another worker takes over when one has not answered for this long.
        oidc: identity providers by name, each from the variables `SIGNOFF_OIDC_<NAME>_…`; see `app.providers`.
    """

    model_config = SettingsConfigDict(env_prefix="SIGNOFF_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(default_factory=lambda: platformdirs.user_data_path("signoff", appauthor=False))
    database_url: SecretStr | None = None
    migration_url: SecretStr | None = None
    public_url: str = "http://localhost:8501"
    hosts: str = ""
    anchor: Path | None = None
    user: str | None = None
    url: str | None = None
    token: SecretStr | None = None
    plain_http: bool = False
    session_idle_hours: float = Field(default=8, gt=0, le=24)
    session_hours: float = Field(default=12, gt=0, le=24 * 7)
    engine: Literal["duckdb"] = "duckdb"
    upload_limit_mb: int = Field(default=400, ge=1, le=4000)
    attestation_days: int = Field(default=90, ge=1, le=366)
    api_rate: float = Field(default=50, gt=0, le=100_000)
    api_burst: int = Field(default=200, ge=1, le=1_000_000)
    smtp_host: str | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_encryption: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    mail_from: str | None = None
    webhook_allow: str = ""
    worker_url: SecretStr | None = None
    worker_lease_seconds: float = Field(default=30, ge=0.5, le=600)
    oidc: dict[str, Provider] = Field(default_factory=dict)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Read providers from variables of their own names, beside everything else."""
        providers = ProviderVariables(settings_cls, getattr(dotenv_settings, "env_file", None))
        return init_settings, env_settings, providers, dotenv_settings, file_secret_settings

    @field_validator("oidc")
    @classmethod
    def _one_name_each(cls, value: dict[str, Provider]) -> dict[str, Provider]:
        if len({provider.issuer for provider in value.values()}) < len(value):
            raise ValueError("two providers have the same issuer; people could not be told apart")
        return {
            name: provider if provider.label else provider.model_copy(update={"label": name.capitalize()})
            for name, provider in value.items()
        }

    @field_validator("public_url")
    @classmethod
    def _an_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
            raise ValueError("write it as https://signoff.example.org, without a path")
        return f"{parts.scheme}://{parts.netloc}"  # in small letters, because what is https is asked by the text

    @property
    def host(self) -> str:
        """The name in the public address."""
        return urlsplit(self.public_url).hostname or "localhost"

    @property
    def names(self) -> frozenset[str]:
        """The names by which the server may be asked; this machine's own are always among them."""
        return LOOPBACK | {self.host} | {name.strip().lower() for name in self.hosts.split(",") if name.strip()}

    @property
    def secure(self) -> bool:
        """Whether people come in by https, so that cookies travel nowhere else."""
        return self.public_url.startswith("https:")

    @property
    def origin(self) -> str:
        """Name of the audit log."""
        return f"{self.host}/audit"

    @property
    def webhook_exceptions(self) -> frozenset[str]:
        """Names to which webhooks may lead although they lie inside."""
        return frozenset(name.strip().lower() for name in self.webhook_allow.split(",") if name.strip())

    @property
    def worker_database(self) -> str:
        """Address of the database in which the worker notes its tries."""
        chosen = self.worker_url or self.database_url
        beside = chosen.get_secret_value() if chosen else ""
        return beside or f"sqlite:///{self.home / 'worker.db'}"

    @property
    def idle(self) -> timedelta:
        """How long a browser session may stand unvisited."""
        return timedelta(hours=self.session_idle_hours)

    @property
    def lasts(self) -> timedelta:
        """How long a browser session may stand at all."""
        return timedelta(hours=self.session_hours)


def settings() -> Settings:
    """Return the settings of this process.

    Raises:
        InputError: a variable does not fit; the sentence names it.
    """
    return _SETTLED[0] if _SETTLED else _read()


def settle(chosen: Settings) -> None:
    """Let this process run with settings other than the environment's: the demo has a folder of its own."""
    _SETTLED[:] = [chosen]


_SETTLED: list[Settings] = []


@cache
def _read() -> Settings:
    try:
        return Settings()
    except ValidationError as wrong:
        first = wrong.errors()[0]
        name = "_".join(["SIGNOFF", *(str(part).upper() for part in first["loc"][:3] if part)])
        said = first["msg"].removeprefix("Value error, ")
        raise InputError(f"{name} does not fit: {said}.", f"Change or unset {name}.") from None
