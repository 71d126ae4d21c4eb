"""Which addresses count as the public internet, and what an operator can open."""

import ipaddress

import pytest

from ingest.addresses import Gate, is_global


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "100.64.0.1",
        "169.254.169.254",
        "172.31.255.255",
        "192.168.0.1",
        "0.0.0.0",
        "255.255.255.255",
        "224.0.0.1",
        "::",
        "::1",
        "::7f00:1",  # IPv4-compatible
        "::ffff:10.0.0.1",  # mapped
        "::ffff:100.64.0.1",
        "64:ff9b::7f00:1",  # NAT64
        "64:ff9b:1::7f00:1",
        "2002:7f00:1::1",  # 6to4
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",  # Teredo
        "2a00:1450::5efe:10.0.0.1",  # ISATAP
        "2a00:1450::200:5efe:10.0.0.1",
        "2001:db8::1",
        "192.0.0.170",
        "192.88.99.1",
        "198.19.255.255",
        "203.0.113.7",
        "240.0.0.1",
        "::ffff:0:7f00:1",  # IPv4-translated
        "100::1",
        "2001:20::1",
        "2002:a9fe:a9fe::",  # 6to4 of the clouds' metadata services
        "2620:4f:8000::1",
        "3fff::1",
        "5f00::1",
        "fec0::1",
        "fe80::1",
        "fe80::1%eth0",
        "fd00::1",
        "ff02::1",
    ],
)
def test_an_address_inside_is_not_global(address: str) -> None:
    assert not is_global(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "::ffff:8.8.8.8", "2606:4700:4700::1111"])
def test_an_address_of_the_public_internet_is_global(address: str) -> None:
    assert is_global(ipaddress.ip_address(address))


def test_one_internal_answer_refuses_the_name() -> None:
    answers = [ipaddress.ip_address("8.8.8.8"), ipaddress.ip_address("10.0.0.1")]

    assert not Gate().admits("news.example", 443, answers)
    assert Gate().admits("news.example", 443, answers[:1])


def test_an_unusual_port_is_refused() -> None:
    assert not Gate().admits("news.example", 6379, [ipaddress.ip_address("8.8.8.8")])


def test_an_allowed_host_opens_exactly_its_port() -> None:
    gate = Gate.parse(["localhost:8800"])

    assert gate.admits("LOCALHOST", 8800, [ipaddress.ip_address("127.0.0.1")])
    assert not gate.admits("localhost", 8801, [ipaddress.ip_address("127.0.0.1")])


def test_an_allowed_network_opens_its_addresses_whatever_they_are_called() -> None:
    gate = Gate.parse(["127.10.0.0/16:8800", "[fd00::/8]:8800"])

    assert gate.admits("127.10.4.2", 8800, [ipaddress.ip_address("127.10.4.2")])
    assert gate.admits("wire.example", 8800, [ipaddress.ip_address("::ffff:127.10.4.2")])
    assert gate.admits("[fd00::1]", 8800, [ipaddress.ip_address("fd00::1")])
    assert not gate.admits("127.11.0.1", 8800, [ipaddress.ip_address("127.11.0.1")])


@pytest.mark.parametrize("entry", ["localhost", "localhost:", ":80", "localhost:http", "10.0.0.0/99:80", "a:70000"])
def test_an_entry_that_does_not_parse_is_an_error_with_a_sentence(entry: str) -> None:
    with pytest.raises(ValueError, match="host:port or CIDR:port"):
        Gate.parse([entry])


def test_a_port_is_open_that_any_address_may_be_connected_to_at() -> None:
    gate = Gate.parse(["app.internal:9000", "10.0.0.0/8:8800"])

    assert gate.admits_port("App.internal", 9000)
    assert not gate.admits_port("app.example", 9000)
    assert gate.admits_port("app.example", 8800)  # its name may lead into that network
    assert gate.admits_port("app.example", 443)
    assert not Gate().admits_port("app.example", 22)
