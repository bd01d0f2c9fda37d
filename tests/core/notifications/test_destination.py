import itertools

import pytest

from core.errors import InputError
from core.notifications.destination import Destination, accept, is_public, pinned

# Ways in which programs write addresses of the inside. None of them is a DNS name.
V4 = ("127.0.0.1", "10.0.0.1", "169.254.169.254", "192.168.1.1", "172.16.0.1", "100.64.0.1", "0.0.0.0", "192.0.0.8")


def notations(dotted):
    """Every way of writing one IPv4 address that some program reads."""
    a, b, c, d = (int(part) for part in dotted.split("."))
    whole = (a << 24) | (b << 16) | (c << 8) | d
    yield from (
        dotted,
        str(whole),
        hex(whole),
        f"0x{whole:08X}",
        oct(whole).replace("0o", "0"),
        f"0{oct(whole).replace('0o', '0')}",
        f"{a}.{(b << 16) | (c << 8) | d}",
        f"{a}.{b}.{(c << 8) | d}",
        ".".join(f"{part:#x}" for part in (a, b, c, d)),
        ".".join(f"0{part:o}" for part in (a, b, c, d)),
        ".".join(f"{part:03d}" for part in (a, b, c, d)),
        f"{a:#x}.{b}.0{c:o}.{d}",
        f"{dotted}.",
        "".join(chr(0xFF10 + int(ch)) if ch.isdigit() else ch for ch in dotted),
        "".join(chr(0x245F + int(ch)) if ch in "123456789" else ch for ch in dotted),
        dotted.replace(".", "\u3002"),
        dotted.replace(".", "\uff0e"),
        dotted.replace(".", "%2e"),
        "".join(f"%{ord(ch):02x}" for ch in dotted),
        f"[::ffff:{dotted}]",
        f"[::{dotted}]",
        f"[64:ff9b::{dotted}]",
        f"[64:ff9b:1::{dotted}]",
        f"[2002:{a:02x}{b:02x}:{c:02x}{d:02x}::1]",
        f"[::ffff:{whole >> 16:x}:{whole & 0xFFFF:x}]",
        f"[0:0:0:0:0:ffff:{dotted}]",
        f"[::ffff:0:{dotted}]",
    )


@pytest.mark.parametrize("typed", ["", "  "])
def test_without_an_address_one_is_asked_for(typed):
    with pytest.raises(InputError, match="Enter an address"):
        accept(typed)


HOSTS = [
    *itertools.chain.from_iterable(map(notations, V4)),
    "localhost",
    "LOCALHOST",
    "localhost.",
    "a.localhost",
    "printer.local",
    "metadata.google.internal",
    "1.0.0.127.in-addr.arpa",
    "router.home",
    "intranet",
    "127.0.0.1.",
    "127.1",
    "0",
    "1",
    "0x7f",
    "017700000001",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[fe80::1%25eth0]",
    "[fe80::1%eth0]",
    "[fc00::1]",
    "[fd12:3456:789a::1]",
    "[ff02::1]",
    "[2001::1]",
    "[2001:db8::1]",
    "[v1.fe80::a]",
    "[::1",
    "::1",
    "hooks_example.org",
    "-a.example.org",
    "a-.example.org",
    "ex ample.org",
    "example.org\\.evil.test",
    "example\u3002org",
    "ex\u00e4mple.org",
    "example.org\x00.evil.test",
    "exam\tple.org",
    "exam\nple.org",
    ".example.org",
    "example..org",
    "",
    "a" * 64 + ".org",
    ".".join(["a" * 60] * 5) + ".org",
]
WHOLE = [
    "http://example.org/",
    "HTTP://example.org/",
    "ftp://example.org/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:25/",
    "//example.org/",
    "example.org",
    "https:example.org",
    "https:/example.org",
    "https:///example.org/",
    "https://user@example.org/",
    "https://user:word@example.org/",
    "https://example.org@127.0.0.1/",
    "https://127.0.0.1@example.org/",
    "https://example.org:80/",
    "https://example.org:8443/",
    "https://example.org:22/",
    "https://example.org:0443/",
    "https://example.org:99999/",
    "https://example.org:-1/",
    "https://example.org:/",
    "https://example.org#@127.0.0.1/",
    "https://example.org/#",
    "https://example.org\\@127.0.0.1/",
    " https://example.org/",
    "https://example.org/a b",
    "https://example.org/\r\nHost: inside",
    "https://example.org/" + "a" * 500,
    "javascript:alert(1)",
    "",
]
EVERY = [
    *WHOLE,
    *(f"https://{host}{rest}" for host in HOSTS for rest in ("/", ":443/hook")),
]


def test_no_address_of_the_inside_is_accepted_in_any_notation():
    assert len(EVERY) > 500
    for url in EVERY:
        with pytest.raises(InputError) as refused:
            accept(url)
        assert refused.value.fix


INSIDE = [
    *V4,
    *("127.255.255.255", "10.255.255.255", "172.31.255.255", "100.127.255.255", "192.0.2.1", "192.88.99.1"),
    *("198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.7", "224.0.0.1", "239.255.255.250", "240.0.0.1"),
    *("255.255.255.255", "0.1.2.3", "192.0.0.170", "192.0.0.171", "192.0.0.10", "192.31.196.1", "192.175.48.1"),
    *("::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:93.184.216.34", "::ffff:0:127.0.0.1"),
    *("64:ff9b::7f00:1", "64:ff9b::5db8:d822", "64:ff9b:1::7f00:1", "2002:7f00:1::", "2002:5db8:d822::1"),
    *("2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1", "2001:20::1", "2001:db8::1", "3fff::1"),
    *("100::1", "5f00::1", "fc00::1", "fdff::1", "fe80::1", "fe80::1%eth0", "2606:4700::1%eth0", "fec0::1"),
    *("ff02::1", "ff0e::1", "4000::1", "8000::1", "e000::1", "2001:1ff:ffff::1", "2620:4f:8000::1"),
    *("", "localhost", "127.1", "0x7f.1", "2130706433", "127.0.0.1 ", "127.0.0.1/8", "1.2.3", "::1::", "1.1.1.01"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_an_address_of_the_inside_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450::1"])
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


def test_a_name_of_which_one_address_lies_inside_is_refused():
    leads = accept("https://hooks.example.org/a")
    for inside in INSIDE:
        for found in ([inside], ["93.184.216.34", inside], [inside, "93.184.216.34"]):
            with pytest.raises(InputError):
                pinned(leads, found)
    with pytest.raises(InputError, match="no address"):
        pinned(leads, [])


@pytest.mark.parametrize(
    "url",
    [
        "https://hooks.example.org",
        "https://HOOKS.example.org:443/T0/B0?x=1&y=%2F",
        "https://xn--exmple-cua.org/a",
        "https://a.b-c.d0.example/",
    ],
)
def test_a_public_name_is_accepted(url):
    assert accept(url).port == 443


def test_only_the_server_lets_a_name_lead_inside():
    leads = accept("https://hooks.inside:8443/a", {"hooks.inside:8443"})

    assert leads == Destination("https://hooks.inside:8443/a", "hooks.inside", 8443, excepted=True)
    assert pinned(leads, ["10.0.0.7"]) == "10.0.0.7"
    for url in ("https://hooks.inside:9/a", "https://other.inside:8443/", "https://10.0.0.7:8443/"):
        with pytest.raises(InputError):
            accept(url, {"hooks.inside:8443", "other.inside", "10.0.0.7:8443"})
    assert accept("https://other.inside/a", {"other.inside"}).excepted
