import email
import socket
import ssl
import threading
from contextlib import suppress
from email.policy import default

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from core.connectors import mail
from core.connectors.mail import Encryption, Letter, MailServer
from core.errors import InputError
from tests.receiver import certify


class Kept:
    """Keeps every message, or refuses it."""

    def __init__(self):
        self.messages, self.says = [], "250 taken"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802 - the name that aiosmtpd calls
        self.messages.append((envelope.mail_from, envelope.rcpt_tos, envelope.original_content))
        return self.says


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    return certify(tmp_path_factory.mktemp("tls"), "localhost")


@pytest.fixture
def post(certificate):
    """Start a mail server: `post(Encryption.TLS)` gives what it kept, and the settings that lead to it."""
    running = []

    def vouched():
        return ssl.create_default_context(cafile=certificate)

    def start(encryption, **options):
        inside = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        inside.load_cert_chain(certificate)
        kept = Kept()
        way = {"ssl_context": inside} if encryption is Encryption.TLS else {}
        if encryption is Encryption.STARTTLS:
            way = {"tls_context": inside, "require_starttls": True}
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        server = Controller(kept, hostname="localhost", port=port, ready_timeout=60, **way, **options)
        server.start()
        running.append(server)
        return kept, MailServer("localhost", port, "signoff@example.org", encryption, trust=vouched)

    yield start
    for server in running:
        server.stop()


def letter(noon, **changed):
    given = {
        "id": "d" * 32,
        "to": "ann@example.org",
        "subject": "REQ-17: mortgage v4 to production waits for signatures",
        "words": "mortgage v4 to production waits for signatures",
        "link": "https://signoff.example.org/inbox?request=REQ-17",
        "at": noon,
    }
    return Letter(**(given | changed))


@pytest.mark.parametrize("encryption", [*Encryption])
def test_a_letter_arrives(post, noon, encryption):
    kept, server = post(encryption)
    said = mail.send(server, mail.written(letter(noon), server.sender, "https://signoff.example.org/account"))

    assert said == ""
    [(sender, receivers, content)] = kept.messages
    read = email.message_from_bytes(content, policy=default)
    assert (sender, receivers) == ("signoff@example.org", ["ann@example.org"])
    assert read["Message-ID"] == f"<{'d' * 32}@example.org>"
    assert read["Auto-Submitted"] == "auto-generated"
    assert "inbox?request=REQ-17" in read.get_body(("plain",)).get_content()
    for link in ("inbox?request=REQ-17", "account"):
        assert f'<a href="https://signoff.example.org/{link}">' in read.get_body(("html",)).get_content()


def test_a_password_goes_by_a_protected_way_only(post, noon):
    tried = []

    def check(_server, _session, _envelope, _mechanism, data):
        tried.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)

    message = mail.written(letter(noon), "signoff@example.org", "")
    for password, said in (("right", ""), ("wrong", "The mail server refused the user name or password (535).")):
        _, server = post(Encryption.STARTTLS, authenticator=check, auth_required=True)
        named = MailServer(server.host, server.port, server.sender, server.encryption, "me", password, server.trust)
        assert mail.send(named, message) == said
    _, server = post(Encryption.NONE, authenticator=check)
    assert mail.send(MailServer(server.host, server.port, server.sender, Encryption.NONE, "me", "right"), message) == ""
    assert set(tried) == {(b"me", b"right"), (b"me", b"wrong")}
    assert tried[-1] == (b"me", b"wrong")  # and nothing by the open way


def test_a_server_without_the_wanted_protection_gets_nothing(post, noon):
    kept, server = post(Encryption.NONE)
    wanted = MailServer(server.host, server.port, server.sender, Encryption.STARTTLS, trust=server.trust)

    said = mail.send(wanted, mail.written(letter(noon), server.sender, ""))
    assert said.startswith("The mail server cannot do what the settings ask: ")
    assert "STARTTLS" in said
    assert kept.messages == []


def test_a_certificate_that_nobody_vouches_for_gets_nothing(post, noon):
    for encryption in (Encryption.TLS, Encryption.STARTTLS):
        kept, server = post(encryption)
        wanted = MailServer(server.host, server.port, server.sender, encryption)
        assert "not trusted" in mail.send(wanted, mail.written(letter(noon), server.sender, ""))
        assert kept.messages == []


def test_what_the_server_refuses_is_a_sentence(post, noon):
    kept, server = post(Encryption.NONE)
    kept.says = "452 full"
    assert mail.send(server, mail.written(letter(noon), server.sender, "")) == "The mail server answered 452."
    gone = MailServer("localhost", 1, server.sender, Encryption.NONE)
    assert mail.send(gone, mail.written(letter(noon), server.sender, "")) == "The mail server cannot be reached."


@pytest.mark.parametrize("greeting", [b"", b"2", b"220 hello\r\n"])
def test_a_server_that_takes_its_time_over_every_letter_holds_nobody_up(noon, greeting):
    stop = threading.Event()

    def drip(listening):
        there, _ = listening.accept()
        with there:
            there.sendall(greeting)
            while not stop.wait(0.05):
                try:
                    there.sendall(b"2")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        dripping = threading.Thread(target=drip, args=(listening,))
        dripping.start()
        port = listening.getsockname()[1]
        server = MailServer("127.0.0.1", port, "signoff@example.org", Encryption.NONE, patience=0.5)
        said = mail.send(server, mail.written(letter(noon), server.sender, ""))
        stop.set()
        dripping.join()
    assert said == "The mail server did not answer in time."


ANSWERS = {b"EHLO": b"250 localhost\r\n", b"MAIL": b"250 ok\r\n", b"RCPT": b"250 ok\r\n", b"DATA": b"354 go\r\n"}


def converse(there, farewell):
    """Take a letter, with this answer to QUIT, until the other side has nothing more to say."""
    with there.makefile("rb") as lines:
        there.sendall(b"220 hello\r\n")
        for line in lines:
            if line == b".\r\n":
                there.sendall(b"250 taken\r\n")
            elif line.startswith(b"QUIT"):
                there.sendall(farewell)
            elif line[:4] in ANSWERS:
                there.sendall(ANSWERS[line[:4]])


@pytest.mark.parametrize("farewell", [b"421 too long\r\n", b"2"])
def test_a_letter_that_was_taken_is_taken_whatever_comes_afterwards(noon, farewell):
    def take(listening):
        there, _ = listening.accept()
        with there:
            converse(there, farewell)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        taking = threading.Thread(target=take, args=(listening,))
        taking.start()
        server = MailServer("127.0.0.1", listening.getsockname()[1], "signoff@example.org", Encryption.NONE)
        assert mail.send(server, mail.written(letter(noon), server.sender, "")) == ""
        taking.join()


def test_nothing_stays_open_behind_a_letter_when_the_server_never_says_goodbye(noon, certificate):
    inside, ended = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH), []
    inside.load_cert_chain(certificate)

    def take(listening):
        plain, _ = listening.accept()
        with inside.wrap_socket(plain, server_side=True) as there:
            with suppress(ConnectionResetError):
                converse(there, b"")
            with socket.socket(fileno=there.detach()) as bare, suppress(ConnectionResetError):
                bare.settimeout(10)
                bare.recv(1)  # until the other side is gone, with TLS and all
            ended.append(True)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        taking = threading.Thread(target=take, args=(listening,))
        taking.start()
        port = listening.getsockname()[1]

        def vouched():
            return ssl.create_default_context(cafile=certificate)

        server = MailServer("localhost", port, "signoff@example.org", Encryption.TLS, trust=vouched)
        assert mail.send(server, mail.written(letter(noon), server.sender, "")) == ""
        taking.join()
    assert ended


HOSTILE = [
    "x\r\nBcc: everybody@example.org",
    "x\nBcc: everybody@example.org",
    "x\rBcc: everybody@example.org",
    "x\r\n\r\n<script>alert(1)</script>",
    "x\u2028Bcc: everybody@example.org",
    "x\x00\x85\x0b\x0cBcc: everybody@example.org",
    "x\u202egro.elpmaxe",
    "=?utf-8?q?x=0d=0aBcc:_everybody@example.org?=",
    "<img src=x onerror=alert(1)>",
    "\ud83d\udea8".encode("utf-16", "surrogatepass").decode("utf-16") * 40,
    "a" * 2000,
]


@pytest.mark.parametrize("words", HOSTILE)
def test_nothing_in_a_letter_begins_a_header_or_a_tag(noon, words):
    written = mail.written(letter(noon, subject=words, words=words), "signoff@example.org", words)
    read = email.message_from_bytes(written.as_bytes(), policy=default)

    assert {"from", "to", "subject", "date", "message-id", "auto-submitted", "content-type", "mime-version"} == {
        name.lower() for name in read
    }
    assert "<script" not in read.get_body(("html",)).get_content()
    assert "<img" not in read.get_body(("html",)).get_content()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ann",
        "@example.org",
        "ann@",
        "ann@example.org\r\nBcc: x@example.org",
        "ann@example.org, eve@example.org",
        "Ann <ann@example.org>",
        "ann@example.org\x00",
        "ann@exam ple.org",
        "=?utf-8?q?x=0d=0aBcc:_eve@example.org?=@example.org",
    ],
)
def test_an_address_that_is_none_is_refused(noon, address):
    with pytest.raises(InputError, match="no mail address"):
        mail.written(letter(noon, to=address), "signoff@example.org", "")
    with pytest.raises(InputError, match="no mail address"):
        mail.written(letter(noon), address, "")
