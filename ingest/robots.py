"""Reads robots.txt as RFC 9309 has it. The only file that knows Protego.

It runs in the process that is killed: what strangers write has kept matchers of wildcards busy for minutes.
"""

from protego import Protego


def permits(rules: bytes, url: str, agent: str) -> bool:
    """Whether these rules of a site let an agent have one of its pages."""
    return bool(_read(rules).can_fetch(url, agent))


def crawl_delay(rules: bytes, agent: str) -> float | None:
    """The seconds that an agent is to leave between two requests, as stated; None when they are not."""
    stated = _read(rules).crawl_delay(agent)
    return float(stated) if stated is not None else None


def _read(rules: bytes) -> Protego:
    return Protego.parse(rules.decode("utf-8", "replace"))
