"""Where files are fetched from, and where never: what counts is who is connected."""

import pytest
from file_server import PNG, QUERY, Server, fetch, reply, resolve_to_loopback

from runware_sync.content import peers
from runware_sync.content.origins import check_address, is_public, is_trusted, shown
from runware_sync.content.route import Route, trust_loopback
from runware_sync.errors import DownloadError
from runware_sync.secrecy import Secret

pytestmark = pytest.mark.usefixtures("fresh")


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://example.com/a.png", "only https"),
        ("ftp://example.com/a.png", "only https"),
        ("file:///etc/passwd", "no address"),
        ("data:image/png;base64,AAAA", "no address"),
        ("https://user:password@example.com/a.png", "no credentials"),
        ("https://user@example.com/a.png", "no credentials"),
        ("https://", "no address"),
        ("https://example.com:port/", "no address"),
        ("https://exa mple.com/", "no address"),
        ("https://example.com/\r\nX: y", "no address"),
        ("https://example.com\\@127.0.0.1/", "no address"),
        ("https://localhost/a.png", "private"),
        ("https://a.localhost/a.png", "private"),
        ("https://127.0.0.1/a.png", "private"),
        ("https://[::1]/a.png", "private"),
        ("https://10.1.2.3/a.png", "private"),
        ("https://169.254.169.254/latest/meta-data", "private"),
        ("https://[::ffff:192.168.1.1]/a.png", "private"),
        ("http://127.0.0.1:9/a.png", "only https"),
    ],
)
def test_addresses_that_are_not_fetched(url: str, words: str) -> None:
    """Before any connection is made, and without showing what may be secret."""
    with pytest.raises(DownloadError, match=words) as caught:
        fetch(url)

    assert "password" not in str(caught.value).replace("a user name or password", "")
    assert not caught.value.retryable


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1::1", True),
        ("127.0.0.1", False),
        ("10.0.0.1", False),
        ("172.16.0.1", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),  # noqa: S104 - an address to refuse
        ("224.0.0.1", False),
        ("255.255.255.255", False),
        ("::1", False),
        ("::", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("ff02::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:93.184.216.34", True),
        ("64:ff9b::7f00:1", False),
        ("64:ff9b::5db8:d822", True),
        ("2002:7f00:1::", False),
        ("example.com", False),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    """An IPv4 address hidden in an IPv6 one counts as what it is."""
    assert public is is_public(address)


def test_trust_is_for_one_port_of_this_machine() -> None:
    """Not for a name that begins like it, nor for another port."""
    trust_loopback(4711)

    assert is_trusted("127.0.0.1", 4711)
    assert is_trusted("localhost", 4711)
    assert is_trusted("::1", 4711)
    assert not is_trusted("127.0.0.1", 4712)
    assert not is_trusted("127.evil.example", 4711)
    assert not is_trusted("10.0.0.1", 4711)
    assert "http" == check_address("http://127.0.0.1:4711/a").scheme


def test_addresses_are_shown_without_secrets() -> None:
    """No user, no query, no fragment."""
    assert "https://example.com/a.png" == shown("https://me:key@example.com/a.png?sig=secret#x")
    assert "nonsense" == shown("nonsense?x")


@pytest.mark.parametrize("is_port_trusted", [False, True])
def test_a_name_that_leads_to_this_machine_is_refused_on_the_connection(
    secure: Server,
    route: Route,
    monkeypatch: pytest.MonkeyPatch,
    is_port_trusted: bool,
) -> None:
    """Name servers may lie, and change their minds: what counts is who is connected. Nothing is sent to it."""
    secure.gives(reply())
    resolve_to_loopback(monkeypatch)
    if is_port_trusted:
        trust_loopback(secure.port)

    with pytest.raises(DownloadError, match=r"pictures.example.*private network"):
        fetch(secure.url(host="pictures.example"), route)

    assert [] == secure.asked


def test_a_name_that_leads_to_a_public_address_is_fetched(
    secure: Server, route: Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Here this machine plays the open internet."""
    secure.gives(reply())
    resolve_to_loopback(monkeypatch)
    monkeypatch.setattr(peers, "is_public", lambda _address: True)

    assert PNG == fetch(secure.url(host="pictures.example"), route)


def test_names_that_no_name_can_be_are_refused() -> None:
    """Without showing the query."""
    with pytest.raises(DownloadError, match="no address") as caught:
        fetch(f"https://a..example/fox.png?{QUERY}")

    assert "secret" not in str(caught.value)


@pytest.mark.parametrize(
    "host",
    ["127.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.0.0.1.", "localhost.", "0x7f.1", "1.2.3.4.5", "[fec0::1]"],
)
def test_other_ways_to_write_an_address_are_no_way_round(host: str) -> None:
    """Systems understand them, and a proxy would ask nobody whom they mean."""
    with pytest.raises(DownloadError, match=r"no address|private"):
        fetch(f"https://{host}/fox.png", Route(proxy=Secret("http://127.0.0.1:9")))


def test_a_name_that_changes_its_mind_is_looked_at_again(
    secure: Server, route: Route, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name server that is honest at first is asked for each connection, and each peer is looked at."""
    secure.gives(reply(), b"")  # an empty piece ends the connection
    resolve_to_loopback(monkeypatch)
    answers = [True, False]
    monkeypatch.setattr(peers, "is_public", lambda _address: answers.pop(0))

    assert PNG == fetch(secure.url(host="pictures.example"), route)
    with pytest.raises(DownloadError, match="private network"):
        fetch(secure.url(host="pictures.example"), route)

    assert 1 == len(secure.asked)


@pytest.mark.parametrize("address", ["fec0::1", "::127.0.0.1", "2001:0:7f00:1::1", "64:ff9b:1::7f00:1", "192.0.0.1"])
def test_rarer_addresses_that_are_not_public(address: str) -> None:
    """Site-local, compatible, Teredo, local NAT64."""
    assert not is_public(address)
