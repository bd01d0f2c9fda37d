"""What `signoff doctor` says about a provider."""

import pytest

from app.settings import settings
from app.signin.discovery import ProviderError
from app.signin.examination import examine


@pytest.fixture
def look(settle, provider):
    return lambda public="http://localhost:8501": examine("acme", settings().oidc["acme"], public)


def test_the_addresses_that_the_provider_has_to_know_are_told(look):
    found = look()

    assert "redirect http://localhost:8501/signin/oidc/acme/callback" in found
    assert "logout http://localhost:8501/signin/oidc/acme/logout" in found


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/jwks"])
def test_a_provider_that_does_not_answer_is_named_with_its_address_and_its_variable(path, look, provider):
    provider.down = {path}
    with pytest.raises(ProviderError, match="Acme cannot be reached") as refused:
        look()
    assert "/.well-known/openid-configuration" in refused.value.fix
    assert "SIGNOFF_OIDC_ACME_ISSUER" in refused.value.fix


def test_a_provider_without_protected_codes_is_told_to_switch_them_on(look, provider):
    provider.described = {"code_challenge_methods_supported": ["plain"]}
    with pytest.raises(ProviderError, match="PKCE S256"):
        look()


def test_people_are_not_led_back_in_the_clear(look):
    with pytest.raises(ProviderError, match="not encrypted"):
        look("http://signoff.example.org")
