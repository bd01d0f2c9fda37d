"""A receiver of webhooks: https on loopback, with a certificate of its own, that keeps what it was sent."""

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def certify(folder, *names):
    """Write a certificate for these names that signs itself, and its key; returns the file with both."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / f"{names[0]}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    return path


class Receiver(ThreadingHTTPServer):
    """What it was sent is in `received`: headers and body, in the order of arrival."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self):
        self.address_family, _, _, _, here = socket.getaddrinfo("localhost", 0, type=socket.SOCK_STREAM)[0]
        super().__init__(here, _Handler)
        self.received, self.arrived = [], threading.Condition()
        self.answer = lambda _request: (204, {}, b"")

    def until(self, enough, timeout=180):
        """Wait until what was received is enough, if need be by the second try, a minute after the first."""
        with self.arrived:
            return self.arrived.wait_for(lambda: enough(self.received), timeout)

    def handle_error(self, *_):
        """A caller that hangs up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(length := int(self.headers["Content-Length"]))
        if len(body) < length:  # whoever sent it died on the way
            self.close_connection = True
            return
        with self.server.arrived:
            self.server.received.append((dict(self.headers), body))
            self.server.arrived.notify_all()
        status, headers, answer = self.server.answer(self)
        self.send_response(status)
        for name, value in ({"Content-Length": str(len(answer))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_):
        pass


@contextmanager
def receiving(certificate):
    """Receive until the end of the block."""
    server = Receiver()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
