"""Who is asking: the address that limits count by, from a proxy only where that proxy is trusted."""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

SITE_BITS = 64  # of an IPv6 address: whoever has one has the whole /64
UNKNOWN = "unknown"

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network


def client_address(peer: str, forwarded_for: Sequence[str], trusted: Sequence[Network]) -> str:
    """The IPv4 address or IPv6 /64 of the client, UNKNOWN for a peer without an address.

    `forwarded_for` are the values of X-Forwarded-For in their order. Each proxy adds on the right whom it saw, so the
    client is the rightmost that is no trusted proxy; what stands left of it, anyone may have written.
    """
    found = _parsed(peer)
    hops = [hop for value in forwarded_for for hop in value.split(",")]
    while found is not None and hops and any(found in network for network in trusted):
        further = _parsed(hops.pop())
        if further is None:
            break
        found = further
    return UNKNOWN if found is None else _whole(found)


def _parsed(text: str) -> Address | None:
    """An address as proxies write it: alone, with a port, in brackets."""
    bare = text.strip()
    if bare.startswith("["):
        bare = bare[1:].partition("]")[0]
    elif bare.count(":") == 1:
        bare = bare.partition(":")[0]
    try:
        parsed = ip_address(bare)
    except ValueError:
        return None
    mapped = parsed.ipv4_mapped if isinstance(parsed, IPv6Address) else None
    return mapped or parsed


def _whole(address: Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(ip_network((int(address), SITE_BITS), strict=False))
