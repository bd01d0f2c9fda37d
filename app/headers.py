"""Security headers on every answer: the tightest content policy that Streamlit's front end works under."""

import base64
import hashlib
import re
from functools import cache
from importlib.resources import files
from typing import Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

_INLINE: Final = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", re.DOTALL)


@cache
def inline_scripts() -> str:
    """Return the hashes of the scripts inside the installed Streamlit's page, so that an upgrade brings its own."""
    page = (files("streamlit") / "static" / "index.html").read_text("utf-8")
    found = (hashlib.sha256(body.encode()).digest() for body in _INLINE.findall(page))
    return " ".join(f"'sha256-{base64.b64encode(sha).decode()}'" for sha in found)


def content_policy() -> str:
    """Return the content security policy: nothing from elsewhere, no script but the packaged ones."""
    return "; ".join(
        [
            "default-src 'self'",
            f"script-src 'self' 'wasm-unsafe-eval' {inline_scripts()}",
            "style-src 'self' 'unsafe-inline'",  # Streamlit writes style attributes; scripts stay hashed
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' blob:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        ]
    )


class SecurityHeaders:
    """Adds what is missing to each answer; plain ASGI, so that long and partial answers pass untouched.

    Args:
        app: what answers.
        https: whether people come in by https, and shall never come by anything else again.
    """

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app = app
        headers = {
            "content-security-policy": content_policy(),
            "x-frame-options": "DENY",
            "x-content-type-options": "nosniff",
            "referrer-policy": "same-origin",
            "cross-origin-opener-policy": "same-origin",
            "cross-origin-resource-policy": "same-origin",
            "permissions-policy": "camera=(), microphone=(), geolocation=()",
        }
        if https:
            headers["strict-transport-security"] = "max-age=63072000; includeSubDomains"
        self.headers = [(name.encode(), value.encode()) for name, value in headers.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with headers on the answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message.get("headers", [])}
                message["headers"] = [
                    *message.get("headers", []),
                    *((name, value) for name, value in self.headers if name not in given),
                ]
            await send(message)

        await self.app(scope, receive, send_with_headers)
