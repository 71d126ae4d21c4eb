"""Whether an address is one that messages could be sent to at all."""

import ipaddress

import httpx2

from ingest.addresses import PUBLIC_PORTS, Gate
from storage.settings import DEFAULT_PORTS

_PORTS = range(65536)
_OPEN = ", ".join(map(str, sorted(PUBLIC_PORTS)))


def what_is_wrong(url: str, gate: Gate) -> str | None:
    """A sentence on an address that can be told useless as it stands; None when it has to be tried.

    What a name leads to is looked up and judged at every delivery, for it may change.
    """
    try:
        parsed = httpx2.URL(url)
        is_plain = not parsed.userinfo and "%" not in parsed.host and url.isprintable()
        if parsed.scheme not in DEFAULT_PORTS or not parsed.host or not is_plain or (parsed.port or 0) not in _PORTS:
            return "This has to be an address such as https://app.example/hook, without a name or password in it."
        port = parsed.port or DEFAULT_PORTS[parsed.scheme]
        if not gate.admits_port(parsed.host, port):
            return f"Messages go to the ports {_OPEN}, and where SECONDSOURCE_ALLOW_ADDRESSES names host:port."
        address = ipaddress.ip_address(parsed.host)
    except httpx2.InvalidURL:
        return "This is no address."
    except ValueError:
        return None  # a name
    if gate.admits(parsed.host, port, [address]):
        return None
    return "This address is not on the public internet. SECONDSOURCE_ALLOW_ADDRESSES may name it as host:port."
