"""Identity providers from the environment: variables of their own names, typed, and named when they do not fit."""

import pytest

from app import settings as settings_module
from core.access.person import SystemRole
from core.errors import InputError

OKTA = {"ISSUER": "https://okta.example", "CLIENT_ID": "signoff"}


@pytest.fixture
def read(monkeypatch):
    """Read the settings of a process with these variables: `read(okta={"ISSUER": …})`."""

    def environment(**providers):
        monkeypatch.setattr(settings_module, "_SETTLED", [])
        for name, variables in providers.items():
            for variable, value in variables.items():
                monkeypatch.setenv(f"SIGNOFF_OIDC_{name.upper()}_{variable}", value)
        settings_module._read.cache_clear()
        return settings_module.settings()

    yield environment
    settings_module._read.cache_clear()


def test_several_providers_stand_side_by_side(read):
    found = read(okta=OKTA, entra={"ISSUER": "https://entra.example", "CLIENT_ID": "s", "LABEL": "Entra ID"}).oidc

    assert {name: provider.label for name, provider in found.items()} == {"okta": "Okta", "entra": "Entra ID"}


def test_without_a_variable_there_is_no_provider(read):
    assert read().oidc == {}


def test_a_provider_has_sensible_terms_unless_told_otherwise(read):
    okta = read(okta=OKTA | {"GROUPS": '{"ml": "contributor"}', "CLIENT_SECRET": "hush"}).oidc["okta"]

    assert (okta.scopes, okta.groups_claim, okta.admit.value) == ("openid profile email", "groups", "create")
    assert okta.groups == {"ml": SystemRole.CONTRIBUTOR}
    assert "hush" not in repr(okta)


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"ISUER": "https://okta.example"}, "SIGNOFF_OIDC_OKTA_ISUER"),
        ({"ISSUER": "http://okta.example"}, "SIGNOFF_OIDC_OKTA_ISSUER"),
        ({"ISSUER": "https://okta.example?tenant=1"}, "SIGNOFF_OIDC_OKTA_ISSUER"),
        ({"CLIENT_ID": ""}, "SIGNOFF_OIDC_OKTA_CLIENT_ID"),
        ({"SCOPES": "profile"}, "SIGNOFF_OIDC_OKTA_SCOPES"),
        ({"GROUPS": "ml=admin"}, "SIGNOFF_OIDC_OKTA_GROUPS"),
        ({"GROUPS": '{"ml": "emperor"}'}, "SIGNOFF_OIDC_OKTA_GROUPS"),
        ({"ADMIT": "perhaps"}, "SIGNOFF_OIDC_OKTA_ADMIT"),
        ({"STEP_UP_PROMPT": "none"}, "SIGNOFF_OIDC_OKTA_STEP_UP_PROMPT"),
    ],
)
def test_what_does_not_fit_is_named(changed, named, read):
    with pytest.raises(InputError, match=named):
        read(okta=OKTA | changed)


def test_two_providers_never_share_an_issuer(read):
    with pytest.raises(InputError, match="same issuer"):
        read(okta=OKTA, twin=OKTA)
