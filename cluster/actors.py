"""Names of people, companies and authorities in a text."""

import re

from cluster.assets import mentions
from cluster.sentences import sentences

SENTENCES_READ = 3

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
