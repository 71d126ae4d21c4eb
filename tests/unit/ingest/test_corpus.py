"""A corpus's lines become articles of the publishers they name."""

import json
from pathlib import Path

from ingest.corpus import read_corpus

LINE = {"id": "1", "title": "Harbour reopens", "text": "It did.", "published_at": "2026-11-24T10:00:00Z"}


def test_outlets_that_we_know_to_have_one_owner_have_it_in_a_corpus_too(tmp_path: Path) -> None:
    urls = ("https://www.newsbtc.com/a", "https://bitcoinist.com/b", "https://harbour-ledger.example/c")
    lines = [json.dumps(LINE | {"id": url, "url": url, "publisher": url}) for url in urls]
    (tmp_path / "corpus.jsonl").write_text("\n".join(lines))

    owners = [article.publisher.owner for _, article in read_corpus([tmp_path / "corpus.jsonl"])]

    assert owners == ["NewsBTC group", "NewsBTC group", None]
