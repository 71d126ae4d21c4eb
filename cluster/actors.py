"""Names of people, companies and authorities in a text."""

import re
from collections.abc import Iterable

from cluster.assets import mentions
from cluster.sentences import sentences

SENTENCES_READ = 3
MAX_CHARACTERS = 40  # a longer name is a line of capitals

_ACTOR = re.compile(r"(?<![.!?:]\s)(?<!^)(?<![\w’'-])[A-Z][\w&’'-]+(?:\s[A-Z][\w&’'-]+){0,3}")
_NO_ACTORS = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December I The A An In On At It This That Crypto Cryptocurrency Blockchain CEO ETF "
    "ETFs US U.S USD UTC Asia Europe European American".split()
)


def actors_in(text: str) -> frozenset[str]:
    """Names in a text's first sentences, assets, days and months left out."""
    found: set[str] = set()
    for sentence in sentences(text)[:SENTENCES_READ]:
        for match in _ACTOR.finditer(sentence):
            name = match.group().removesuffix("’s").removesuffix("'s")
            if name.split()[0] not in _NO_ACTORS and len(name) > 2 and not mentions(name):
                found.add(name)
    return frozenset(found)


def in_title(actors: Iterable[str], title: str, text: str) -> tuple[str, ...]:
    """Those of the names in a text that its title has too, in their order.

    Acronyms may be things (CPI, IPO), and what the text also writes small is a word of a title in capitals ("Loss").
    """
    names = (name for name in actors if len(name) <= MAX_CHARACTERS and not name.isupper())
    named = (name for name in names if _stands_in(name, title))
    return tuple(name for name in named if not _stands_in(name.lower(), text))


def _stands_in(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None
