"""Settings of Streamlit under which Signoff does not start, because each opens a way around the gate."""

from collections.abc import Callable
from typing import Final

from streamlit import config

from core.errors import GovernanceError

REFUSED: Final[dict[str, tuple[Callable[[object], bool], str]]] = {
    "server.trustedUserHeaders": (bool, "a header could say who somebody is"),
    "server.enableAgentApi": (bool, "programs could act in a person's session"),
    "server.enableXsrfProtection": (lambda value: not value, "another site could send forms"),
    "server.enableCORS": (lambda value: not value, "another site could open a connection"),
    "runner.magicEnabled": (bool, "a bare expression would print itself on a page"),
    "browser.gatherUsageStats": (bool, "browsers would report to a third party"),
}
"""Option → what is wrong with a value, and what would happen."""


def check(option: Callable[[str], object] = config.get_option) -> None:
    """Refuse to start with an open way around the gate.

    Args:
        option: reads one Streamlit option.

    Raises:
        GovernanceError: names the first option that stands wrong.
    """
    for name, (is_wrong, danger) in REFUSED.items():
        if is_wrong(value := option(name)):
            raise GovernanceError(
                f"Signoff does not start with {name} = {value!r}: {danger}.",
                f"Take {name} out of your Streamlit configuration and environment.",
            )
