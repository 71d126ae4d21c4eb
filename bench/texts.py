"""Articles to measure with: those of a corpus where one is given, invented ones of the same lengths elsewhere."""

import gzip
import json
import os
import random
from itertools import islice
from pathlib import Path

STREAM = "stream-2025-summer.jsonl.gz"
EVERY = 50  # neighbours in a corpus report the same; far apart they are as different as a day's news
WORDS = """exchange court regulator wallet breach token bridge lender miner protocol fund stablecoin ruling investors
withdrew announced filed halted recovered approved rejected delayed launched on Wednesday after before the a of in for
with against $41 million 3,782 BTC 12% quarterly report according to people familiar validators
governance vote""".split()


def articles(count: int, every: int = EVERY) -> tuple[str, list[tuple[str, str]]]:
    """Where they are from, in words, and (title, text) of each; `SECONDSOURCE_CORPUS` names the corpus's folder.

    Of a corpus each `every`th article is taken.
    """
    path = Path(os.environ.get("SECONDSOURCE_CORPUS", "")) / STREAM
    if not path.is_file():
        return "invented articles", _invented(count)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in islice(lines, 0, count * every, every)]
    return f"articles of {STREAM}", [(row["title"], row.get("text") or "") for row in rows]


def _invented(count: int) -> list[tuple[str, str]]:
    """Lengths as in a summer of real news: titles of 8 to 17 words; a quarter of the texts are teasers."""
    dice = random.Random(11)

    def words(least: int, most: int) -> str:
        return " ".join(dice.choices(WORDS, k=dice.randint(least, most)))

    return [(words(8, 17), words(15, 40) if dice.random() < 0.25 else words(300, 900)) for _ in range(count)]
