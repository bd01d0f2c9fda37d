"""One conversation with a server: what is sent, sent again when the line breaks, and understood when it comes back."""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from email.message import Message
from pathlib import Path, PurePosixPath
from typing import IO, Any, Final, TypeVar
from urllib.parse import parse_qs, urlsplit

import httpx2
from pydantic import BaseModel, ValidationError

from app.client import answers
from app.client.patience import FOR_A_FILE, IN_ALL, Patience
from app.providers import LOOPBACK
from app.shapes.shape import Listed
from core.errors import InputError, UnreachableError

Shape = TypeVar("Shape", bound=BaseModel)
Asked = str | int | bool | Sequence[str] | None
"""A value of a query; None is not asked."""

Query = Mapping[str, Asked]

TIMES: Final = 3
"""How often something is sent before the line is called broken."""

_TIMEOUT: Final = httpx2.Timeout(60, connect=10)
_BRIEF: Final = httpx2.Timeout(2, connect=1)
_LONG: Final = httpx2.Timeout(1800, connect=10)  # a large upload is recomputed before it is answered


class Connection:
    """Speaks with one server, in pydantic shapes.

    Args:
        url: the address that people open, as in `https://signoff.example.org`.
        token: an API token; it travels by https, or to this machine.
        plain_http: let the token travel by plain http, in a network that is trusted.
        hurried: ask once, and wait a second or two for an answer.
        transport: carries what is sent; the network by default.
        pause: waits that many seconds between two attempts.

    Raises:
        InputError: the address is none, the token cannot be one, or it would travel for everybody to read.
    """

    def __init__(
        self,
        url: str,
        token: str | None = None,
        *,
        plain_http: bool = False,
        hurried: bool = False,
        transport: httpx2.BaseTransport | None = None,
        pause: Callable[[float], object] = time.sleep,
    ) -> None:
        scheme, host, self._near = _addressed(url)
        if token and not (token.isascii() and token.isprintable() and " " not in token):
            raise InputError("The token holds characters that no token has.", "Copy it again, without line breaks.")
        if token and scheme == "http" and not self._near and not plain_http:
            raise InputError(
                f"The token would travel to {host} for everybody on the way to read.",
                "Use the https address, or set SIGNOFF_PLAIN_HTTP=true inside a network that you trust.",
            )
        self._pause = pause
        self._times, self._timeout, self._patience = (1, _BRIEF, 0.0) if hurried else (TIMES, _TIMEOUT, IN_ALL)
        self.url = url.rstrip("/")
        self._client = httpx2.Client(
            base_url=f"{self.url}/api/v1",
            headers={"accept": "application/json"} | ({"authorization": f"Bearer {token}"} if token else {}),
            timeout=self._timeout,
            transport=transport,
            trust_env=not self._near,  # some machines name a proxy even for themselves
        )

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    def get(self, path: str, shape: type[Shape], **query: Asked) -> Shape:
        """Ask for one thing; raises as `send`."""
        return answers.read(self.send("GET", path, query=query), shape)

    def post(self, path: str, shape: type[Shape], body: BaseModel | None = None) -> Shape:
        """Ask for a change, once, however often it has to be sent; raises as `send`."""
        return answers.read(self.send("POST", path, body=body), shape)

    def change(self, path: str, shape: type[Shape], body: BaseModel) -> Shape:
        """Change one thing as it stands now; raises as `send`, and ConflictError when somebody was faster."""
        stands = {"if-match": self.send("GET", path).headers["etag"]}
        return answers.read(self.send("PATCH", path, body=body, headers=stands), shape)

    def pages(self, path: str, shape: type[Shape], limit: int = 100, **query: Asked) -> Iterator[Shape]:
        """Go through a list; the next page is asked for when somebody gets there.

        Args:
            path: the list.
            shape: one item of it.
            limit: items on a page, 1 to 200.
            query: what to narrow it by.
        """
        cursor: str | None = None
        while True:
            asked = {**query, "limit": limit, "cursor": cursor}
            page = answers.read(self.send("GET", path, query=asked), Listed[Any])
            for item in page.items:
                yield answers.shaped(item, shape, self.url)
            # Only the cursor is taken from the link: behind a proxy the server may know itself by another address.
            cursor = next(iter(parse_qs(urlsplit(page.next or "").query).get("cursor", ())), None)
            if cursor is None:
                return

    def upload(
        self,
        path: str,
        shape: type[Shape],
        file: IO[bytes],
        *,
        name: str,
        spec: str,
        told: Callable[[int], object] | None = None,
    ) -> Shape:
        """Send a file with its description, read as it is sent.

        Args:
            path: where to.
            shape: of the answer.
            file: open for reading bytes, and seekable: it is read again when the line breaks.
            name: what it is called there.
            spec: its description, JSON.
            told: hears how many bytes of the file have been read so far.
        """
        files = {"file": (name, _Heard(file, told) if told else file)}
        return answers.read(self.send("POST", path, fields={"spec": spec}, files=files), shape)

    def download(self, path: str, target: Path) -> Path:
        """Write what is at an address into a file, which is there whole or not at all; raises as `send`.

        Args:
            path: what to take.
            target: the file, or a folder where it gets the name that the server gives it.

        Returns:
            Where it is.

        Raises:
            InputError: the file cannot be written.
        """
        answer = self.send("GET", path, stream=True)
        if target.is_dir():
            target /= _offered(answer)
        part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
        try:
            with part.open("xb") as file:
                for chunk in answer.iter_bytes():
                    file.write(chunk)
            part.replace(target)
        except OSError as error:
            raise InputError(f"{target} cannot be written: {error.strerror}.", "Name another file.") from None
        except httpx2.RequestError as lost:
            raise self._unreachable(lost) from None
        finally:
            answer.close()
            part.unlink(missing_ok=True)
        return target

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Query | None = None,
        body: BaseModel | Mapping[str, object] | None = None,
        fields: Mapping[str, str] | None = None,
        files: Any = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        stream: bool = False,
    ) -> httpx2.Response:
        """Send one request, again when the line breaks or the server says when; a POST keeps its key and happens once.

        Raises:
            UnreachableError: nobody answers, or nobody who is Signoff.
            GovernanceError: the server refuses; problem and fix are its own.
        """
        said = dict(headers or {})
        if method == "POST":
            said["idempotency-key"] = secrets.token_urlsafe(24)
        if isinstance(body, BaseModel):
            body = body.model_dump(mode="json", exclude_unset=True)
        attempt, patience = 1, Patience(FOR_A_FILE if files and self._patience else self._patience)
        while True:
            request = self._client.build_request(
                method,
                path,
                params={name: value for name, value in (query or {}).items() if value is not None},
                json=body,
                data=dict(fields) if fields else None,
                files=files,
                content=content,
                headers=said,
                timeout=_LONG if files else self._timeout,
            )
            try:
                answer = self._client.send(request, stream=True)
                if not (stream and answer.is_success):
                    answer.read()
            except httpx2.RequestError as lost:
                if attempt == self._times or (
                    attempt == 1 and isinstance(lost, httpx2.ConnectError | httpx2.UnsupportedProtocol)
                ):
                    raise self._unreachable(lost) from None
                self._pause(float(4 ** (attempt - 1)))
                attempt += 1
                continue
            wait = patience.wait(answer)
            if wait is None:
                return answers.understood(answer)
            answer.close()
            self._pause(wait)

    def _unreachable(self, lost: httpx2.RequestError) -> UnreachableError:
        if isinstance(lost, httpx2.TimeoutException):
            return UnreachableError(f"{self.url} does not answer in time.", "Try again when it is less busy.")
        why = f" ({lost})" if isinstance(lost, httpx2.ConnectError | httpx2.DecodingError) else ""
        return UnreachableError(f"{self.url} cannot be reached{why}.", "Check the address, and that the server runs.")


def sent(shape: type[Shape], **said: object) -> Shape:
    """Put together what is sent; what is None was not said.

    Raises:
        InputError: a value does not fit; the sentence names it.
    """
    try:
        return shape.model_validate({name: value for name, value in said.items() if value is not None})
    except ValidationError as odd:
        first = odd.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or "what was said"
        raise InputError(f"{where} does not fit: {first['msg']}.", "Mend it, and send it again.") from None


class _Heard:
    """A file that tells how much of it was read."""

    def __init__(self, file: IO[bytes], told: Callable[[int], object]) -> None:
        self._file, self._told = file, told

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._told(self._file.tell())
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._file.seek(offset, whence)

    def tell(self) -> int:
        return self._file.tell()


def _addressed(url: str) -> tuple[str, str, bool]:
    """Return the scheme and the host of an address, and whether it is this machine."""
    try:
        parts = urlsplit(str(httpx2.URL(url)))
        host, _ = parts.hostname or "", parts.port
    except (ValueError, httpx2.InvalidURL):
        host, parts = "", urlsplit("")
    if parts.scheme not in {"http", "https"} or not host or parts.query or parts.fragment or parts.username:
        raise InputError(f"{url[:80]!r} is no address of a server.", "Write it as https://signoff.example.org.")
    return parts.scheme, host, host in LOOPBACK


def _offered(answer: httpx2.Response) -> str:
    """Return the name that a server gives a file; it names no folder and nothing that is hidden."""
    head = Message()
    head["content-disposition"] = answer.headers.get("content-disposition", "attachment")
    return PurePosixPath((head.get_filename() or "").replace("\\", "/")).name.lstrip(".") or "download"
