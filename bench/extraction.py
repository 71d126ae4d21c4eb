"""Articles found in their pages: word by word against the text, and CPU time against trafilatura's defaults."""

import logging
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean

import trafilatura
from trafilatura.settings import Document

from bench.pages import HOME, padded_page, plain_page
from bench.results import Result, report
from bench.texts import articles
from ingest.cleaning import tidy, without_furniture
from ingest.pages import read_page

PLAIN, EVERY, PADDED, BYTES = 1000, 25, 200, 100_000
LEAST_WORDS = 60  # of an article whose page is padded; around a teaser the defaults find nearly anything
LISTED = 8  # titles of other articles that a page has at hand
GOOD = 0.95
BARS = {"word precision": 0.99, "word recall": 0.96, "F1": 0.97}
FASTER = 1.6
WORD = re.compile(r"\w+")
Article = tuple[str, str]  # title and text


@dataclass(frozen=True, slots=True)
class Overlap:
    """How far the words that were found are those of the text, each as often as it occurs."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """Their harmonic mean."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def overlap(found: str, text: str) -> Overlap:
    """Of a found text with the true one."""
    one, other = (Counter(WORD.findall(words.casefold())) for words in (found, text))
    shared = (one & other).total()
    return Overlap(shared / max(one.total(), 1), shared / max(other.total(), 1))


def main() -> None:
    """Reads plain pages for what is found, then padded ones both ways, for what that costs."""
    logging.disable()
    origin, found = articles(PLAIN, EVERY)
    given = [(title, text) for title, text in found if text.strip()]
    print(f"pages of {len(given)} {origin}")
    long = [(title, text) for title, text in given if len(text.split()) >= LEAST_WORDS]
    report([*_accuracy(given), *_against_defaults(long[:: max(len(long) // PADDED, 1)][:PADDED])])


def _accuracy(given: Sequence[Article]) -> list[Result]:
    read = [read_page(plain_page(*one, _others(given, place)), HOME).text for place, one in enumerate(given)]
    overlaps = [overlap(found, text) for found, (_, text) in zip(read, given, strict=True)]
    below = [place for place, one in enumerate(overlaps) if one.f1 < GOOD]
    wrong = Counter(_wrong(read[place], given[place][1], overlaps[place]) for place in below)
    means = {
        "word precision": mean(one.precision for one in overlaps),
        "word recall": mean(one.recall for one in overlaps),
        "F1": mean(one.f1 for one in overlaps),
    }
    print(f"  {', '.join(f'{name} {value:.4f}' for name, value in means.items())}")
    print(f"  {len(below)} below {GOOD}: {', '.join(f'{count} {why}' for why, count in wrong.most_common())}")
    return [Result(f"extraction, plain pages: {name}", round(value, 4), BARS[name]) for name, value in means.items()]


def _wrong(found: str, text: str, measured: Overlap) -> str:
    """What keeps a page from being good. Publishers' furniture that came with a corpus's text is rightly not found."""
    if not found:
        return "nothing was found"
    if overlap(found, without_furniture(tidy(text))).f1 >= GOOD:
        return "lack furniture that the text itself holds"
    return "lack words of the text" if measured.recall < measured.precision else "have words of the page around it"


def _against_defaults(given: Sequence[Article]) -> list[Result]:
    """Each way reads the page that the other read half a round ago, so that neither finds the other's caches filled."""
    dice = random.Random(11)
    pages = [padded_page(*one, _others(given, place), dice, BYTES) for place, one in enumerate(given)]
    ours, defaults = _Way(_ours), _Way(_defaults)
    for place in range(len(pages)):
        for way, nth in ((ours, place), (defaults, place - len(pages) // 2)):
            way.take(pages[nth], given[nth][1])
    print(f"  {len(pages)} pages of {mean(map(len, pages)) / 1000:.0f} KB")
    print(f"  ours {ours}; trafilatura's defaults {defaults}")
    return [
        Result("extraction, padded pages: against trafilatura", round(defaults.seconds / ours.seconds, 2), FASTER),
        Result("extraction, padded pages: F1 above trafilatura's", round(ours.f1 - defaults.f1, 4), -0.01),
    ]


class _Way:
    """One way to read pages, with what it took and found so far."""

    def __init__(self, read: Callable[[bytes], str]) -> None:
        self._read, self.seconds, self._each = read, 0.0, list[float]()

    def take(self, page: bytes, text: str) -> None:
        started = time.process_time()
        found = self._read(page)
        self.seconds += time.process_time() - started
        self._each.append(overlap(found, text).f1)

    @property
    def f1(self) -> float:
        return mean(self._each)

    def __str__(self) -> str:
        return f"{1000 * self.seconds / len(self._each):.1f} ms of CPU time, F1 {self.f1:.3f}"


def _ours(page: bytes) -> str:
    """Ours, all that it reads beside the text included."""
    return read_page(page, HOME).text


def _defaults(page: bytes) -> str:
    found = trafilatura.bare_extraction(page, with_metadata=True)
    return (found.text or "") if isinstance(found, Document) else ""


def _others(given: Sequence[Article], place: int) -> list[str]:
    return [given[place - nth][0] for nth in range(1, LISTED + 1)]


if __name__ == "__main__":
    main()
