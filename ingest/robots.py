"""Reads robots.txt as RFC 9309 has it. The only file that knows Protego.

A rule's wildcards become a regular expression, which a crafted rule keeps busy for minutes: it runs in the process that
is killed.
"""

from protego import Protego


def permits(rules: bytes, url: str, agent: str) -> bool:
    """Whether these rules of a site let an agent have one of its pages."""
    return bool(Protego.parse(rules.decode("utf-8", "replace")).can_fetch(url, agent))
