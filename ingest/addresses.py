"""Which addresses may be fetched from: those of the public internet, and those an operator allowed."""

import ipaddress
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

PUBLIC_PORTS = frozenset({80, 443, 8080, 8443})

# The standard library's is_global of Python 3.11 lets NAT64, IPv4-compatible and some mapped addresses through.
SPECIAL_V4 = tuple(
    ipaddress.IPv4Network(block)
    for block in (
        "0.0.0.0/8",  # this network
        "10.0.0.0/8",
        "100.64.0.0/10",  # carrier-grade NAT
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local, with the clouds' metadata services
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",  # 6to4 relays
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",
    )
)
# Outside lie loopback, link-local, unique local, multicast, IPv4-compatible, NAT64 (64:ff9b::/96, 64:ff9b:1::/48).
GLOBAL_V6 = ipaddress.IPv6Network("2000::/3")
SPECIAL_V6 = tuple(
    ipaddress.IPv6Network(block)
    for block in (
        "2001::/23",  # protocol assignments, with Teredo and ORCHID
        "2001:db8::/32",
        "2002::/16",  # 6to4 carries any IPv4 address
        "2620:4f:8000::/48",
        "3ffe::/16",
        "3fff::/20",
    )
)
ISATAP = frozenset({0x00005EFE, 0x02005EFE})  # upper half of an interface id whose lower half is an IPv4 address


def is_global(address: Address) -> bool:
    """Whether an address belongs to the public internet. Forms that carry an IPv4 address inside are refused.

    The exception is `::ffff:a.b.c.d`, which is judged as the IPv4 address it stands for.
    """
    plain = unmapped(address)
    if isinstance(plain, ipaddress.IPv4Address):
        return not any(plain in block for block in SPECIAL_V4)
    is_isatap = (int(plain) >> 32) & 0xFFFFFFFF in ISATAP
    return plain in GLOBAL_V6 and not is_isatap and not any(plain in block for block in SPECIAL_V6)


def unmapped(address: Address) -> Address:
    """The IPv4 address behind `::ffff:a.b.c.d`; any other address as it is."""
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


@dataclass(frozen=True, slots=True)
class Gate:
    """Decides about connections. Empty sets admit the public internet only."""

    hosts: frozenset[tuple[str, int]] = frozenset()
    networks: tuple[tuple[Network, int], ...] = ()

    @classmethod
    def parse(cls, allowed: Sequence[str]) -> Self:
        """Reads `host:port` and `CIDR:port`; IPv6 stands in brackets, `[fd00::/8]:8800`.

        Raises:
            ValueError: with a sentence, when an entry is neither.
        """
        parts = [_split(entry) for entry in allowed]
        return cls(
            hosts=frozenset((host.lower(), port) for host, port in parts if "/" not in host),
            networks=tuple((_network(host), port) for host, port in parts if "/" in host),
        )

    def admits(self, host: str, port: int, addresses: Sequence[Address]) -> bool:
        """Whether to connect to a name that resolved so: every one of its addresses has to be admissible."""
        if self._names(host, port):
            return True
        return bool(addresses) and all(self._admits_address(unmapped(address), port) for address in addresses)

    def refuses_for_good(self, host: str, port: int) -> bool:
        """Whether a host that is an address itself is not admitted. Of a name only its addresses tell: False."""
        try:
            literal = ipaddress.ip_address(host.strip("[]"))
        except ValueError:
            return False
        return not self.admits(host, port, [literal])

    def admits_port(self, host: str, port: int) -> bool:
        """Whether there is any address for this name that it would connect to at this port."""
        is_allowed = any(port == allowed_port for _, allowed_port in self.networks)
        return port in PUBLIC_PORTS or is_allowed or self._names(host, port)

    def _names(self, host: str, port: int) -> bool:
        return (host.lower().strip("[]"), port) in self.hosts

    def _admits_address(self, address: Address, port: int) -> bool:
        if any(port == allowed_port and address in network for network, allowed_port in self.networks):
            return True
        return port in PUBLIC_PORTS and is_global(address)


def _split(entry: str) -> tuple[str, int]:
    host, _, port = entry.strip().rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not port.isascii() or not port.isdigit() or not 0 < int(port) < 65536:
        raise ValueError(f"An allowed address is host:port or CIDR:port, not {entry!r}.")
    return host, int(port)


def _network(block: str) -> Network:
    try:
        return ipaddress.ip_network(block)
    except ValueError as error:
        raise ValueError(f"An allowed address is host:port or CIDR:port, not with {block!r}: {error}.") from error
