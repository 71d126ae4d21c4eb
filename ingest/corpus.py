"""Reads a corpus of articles: JSONL files, plain or .gz, a line {id, title, text, url, publisher, published_at}."""

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import xxhash

from ingest.article import Article, Basis, Publisher, Standing
from ingest.publishers import listed_publishers
from ingest.sites import MAX_ID, publisher_id, publisher_site
from ingest.urls import canonical_url
from storage.ids import new_id

PLAIN_PART = 60  # characters; with its hash an id has 77, and its column room for 80


class UnreadableCorpus(Exception):
    """A line is no article; the message names its file and number."""


def read_corpus(files: Sequence[Path]) -> Iterator[tuple[str, Article]]:
    """Every article of some files in their order, with the id its line gives it.

    Raises:
        UnreadableCorpus: at the first line that is no article, or where a file cannot be read.
    """
    for path in files:
        try:
            with (gzip.open if path.suffix == ".gz" else open)(path, "rt", encoding="utf-8") as lines:
                for number, line in enumerate(lines, start=1):
                    if line.strip():
                        yield _article(line, f"{path.name}, line {number}")
        except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
            raise UnreadableCorpus(f"{path.name} cannot be read: {error}") from error


def _article(line: str, where: str) -> tuple[str, Article]:
    try:
        row = json.loads(line)
        published_at = datetime.fromisoformat(row["published_at"])
        name, url = str(row["publisher"]), canonical_url(row["url"]) or str(row["url"])
        owner = _owners().get(publisher_site(url))
        article = Article(
            id=new_id("art"),
            # A corpus says nothing of its publishers' standing; it is taken at its word.
            publisher=Publisher(_publisher_id(name), name, _home(url), owner=owner, standing=Standing.ESTABLISHED),
            url=url,
            title=str(row["title"]),
            text=row.get("text") or "",
            published_at=published_at.replace(tzinfo=published_at.tzinfo or UTC).astimezone(UTC),
            published_at_basis=Basis.FEED,
            seen_at=published_at.replace(tzinfo=published_at.tzinfo or UTC).astimezone(UTC),
        )
    except (ValueError, KeyError, TypeError) as error:
        problem = f"lacks {error}" if isinstance(error, KeyError) else str(error)
        raise UnreadableCorpus(
            f"{where}: {problem}; a line is {{id, title, text, url, publisher, published_at}}"
        ) from error
    return str(row["id"]), article


def _publisher_id(name: str) -> str:
    """An id for a name, with a hash where letters are lost: else 日経 and Новости were one publisher."""
    plain = publisher_id(name)
    is_whole = len(name) <= MAX_ID and plain != "unnamed" and not any(c.isalnum() and not c.isascii() for c in name)
    return plain if is_whole else f"{plain[:PLAIN_PART]}-{xxhash.xxh3_64_hexdigest(name.encode())}"


def _home(url: str) -> str:
    return "/".join(url.split("/", 3)[:3])


@cache
def _owners() -> dict[str | None, str]:
    """Who owns the sites of the publishers we know."""
    listed = (one.publisher for one in listed_publishers())
    return {publisher_site(publisher.home): publisher.owner for publisher in listed if publisher.owner}
