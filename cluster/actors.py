"""Names of people, companies and authorities in a title."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cluster.assets import mentions
from cluster.sentences import sentences

SENTENCES_READ = 12  # further down stand links to other articles
MAX_WORDS, MAX_CHARACTERS = 4, 40  # a longer name is a line of capitals
HEADLINE_FROM = 0.85  # of a sentence's longer words with a capital: texts repeat titles, their own and others'

_WORD = re.compile(r"[\w&][\w&’'.-]*")
_ENDING = re.compile(r"[’']s$|[’'.-]+$")
_NO_ACTORS = frozenset(
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April May June July August "
    "September October November December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Q1 Q2 Q3 Q4 H1 H2 I The A An "
    "In On At It This That Here Why How What When Who Will Details Breaking BREAKING News Crypto Cryptocurrency "
    "Blockchain Altcoin Altcoins Whale CEO CTO CFO ETF ETFs ATH AI NFT NFTs DeFi US U.S USA USD UTC UK EU Asia Europe "
    "European American Korean Japanese Chinese Russian British French German Spanish Italian Indian Brazilian Canadian "
    "Australian Turkish".split()
)


def title_actors(title: str, text: str) -> tuple[str, ...]:
    """Names in a title, in their order, and behind a longer one the word of it that the text also uses alone.

    Titles write every word with a capital, so a name is what the text writes with one too, and nowhere small. What
    begins with an asset's name is left out whole: of "Bitcoin Vault" neither word names anybody.
    """
    told = _Told(text.replace(title, ""))
    words, place = _words(title), 0
    found: list[str] = []
    while place < len(words):
        runs = (words[place : place + length] for length in range(MAX_WORDS, 0, -1))
        name = next((run for run in runs if told.writes(run)), words[place : place + 1])
        found += told.called(name)
        place += len(name)
    return tuple(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Word:
    text: str
    goes_on: bool  # the word before it stands in front of it, with a space between them
    opens: bool  # a sentence


class _Told:
    """A text's running words, without its headlines."""

    def __init__(self, text: str) -> None:
        running = (one for one in sentences(text)[:SENTENCES_READ] if not _is_headline(one))
        self._words = [word for sentence in running for word in _words(sentence)]
        self._small = {word.text for word in self._words if word.text[0].islower()}
        self._places: dict[str, list[int]] = defaultdict(list)
        for place, word in enumerate(self._words):
            self._places[word.text].append(place)

    def writes(self, run: Sequence[_Word]) -> bool:
        """Whether the text writes these words of a title one behind the other, all with a capital."""
        return all(one.goes_on for one in run[1:]) and all(map(_may_belong, run)) and self._count(run) > 0

    def called(self, run: Sequence[_Word]) -> Iterator[str]:
        """What the text calls whomever these words name: nothing where they name nobody."""
        name = _joined(run)
        if not (self._is_a_name(run) and 1 < len(name) <= MAX_CHARACTERS) or mentions(name):
            return
        yield name
        yield from (one.text for one in (run[0], run[-1]) if len(run) > 1 and self._stands_alone(one.text))

    def _is_a_name(self, run: Sequence[_Word]) -> bool:
        words = [one.text for one in run if one.text != "&"]
        tall = all(word[0].isupper() and word.lower() not in self._small for word in words)
        return tall and self._count(run) > 0 and not _NO_ACTORS.intersection(words)

    def _stands_alone(self, word: str) -> bool:
        """Whether a word is written somewhere without another name's before or behind it."""
        return any(not self._joins(place) and not self._joins(place + 1) for place in self._places[word])

    def _joins(self, place: int) -> bool:
        """Whether the word at a place and the one before it are parts of one name."""
        if not 0 < place < len(self._words):
            return False
        before, behind = self._words[place - 1 : place + 1]
        return behind.goes_on and _may_belong(before) and _may_belong(behind)

    def _count(self, run: Sequence[_Word]) -> int:
        return sum(self._stands_at(place, run) for place in self._places[run[0].text])

    def _stands_at(self, place: int, run: Sequence[_Word]) -> bool:
        here = self._words[place : place + len(run)]
        # Any word may open a sentence with a capital; two with one are a name there too.
        speaks = len(run) > 1 or not here[0].opens
        return speaks and _joined(here) == _joined(run) and all(one.goes_on for one in here[1:])


def _words(text: str) -> list[_Word]:
    found: list[_Word] = []
    end, ended = -1, False
    for match in _WORD.finditer(text):
        bare = _ENDING.sub("", match.group())
        if bare:
            goes_on = match.start() == end + 1 and text[end] == " " and not ended
            found.append(_Word(bare, goes_on, opens=not found))
        end, ended = match.end(), len(bare) < len(match.group())
    return found


def _may_belong(word: _Word) -> bool:
    """Whether a word may be a part of a name."""
    return word.text[0].isupper() or word.text == "&"


def _is_headline(sentence: str) -> bool:
    longer = [word.text for word in _words(sentence) if len(word.text) > 3 and word.text[0].isalpha()]
    return len(longer) > 3 and sum(word[0].isupper() for word in longer) >= HEADLINE_FROM * len(longer)


def _joined(words: Sequence[_Word]) -> str:
    return " ".join(word.text for word in words)
