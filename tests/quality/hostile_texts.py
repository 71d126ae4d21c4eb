"""Whether other projects' dates, addresses and texts are read rightly: `python -m tests.quality.hostile_texts FOLDER`.

FOLDER holds `hostile/lists.tar.gz`, unpacked. A date whose instant is known is read as that or not at all, and what
is no date is not read. An address has one canonical form or none, and that form is its own. A text in a feed is the
same in whatever charset it came, also where the feed names none or another.
"""

import html
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from ingest.cleaning import plain_text, without_furniture
from ingest.dates import parse_date
from ingest.feeds import read_feed
from ingest.urls import MAX_BYTES, canonical_url

# Of the samples; the others are UTF-8.
CHARSETS = {
    "sample-arabic-1": "cp1256", "sample-french-1": "cp1252", "sample-chinese": "big5", "sample-greek": "cp1253",
    "sample-greek-2": "cp1253", "sample-hebrew-2": "cp1255", "sample-hebrew-3": "cp1255", "sample-korean": "cp949",
    "sample-turkish": "cp1254", "sample-russian": "mac_cyrillic", "sample-english.bom": "utf-8-sig",
}  # fmt: skip
LABELS = {"mac_cyrillic": "x-mac-cyrillic", "utf-8-sig": "utf-8"}


def main(arguments: list[str]) -> int:
    """Prints what is wrong, and a line for each kind."""
    if not arguments or not Path(arguments[0]).is_dir():
        print(__doc__)
        return 2
    folder = Path(arguments[0])
    wrong = [*_dates(folder / "dates"), *_addresses(folder / "urls"), *_charsets(folder / "charset")]
    print(*(f"    {one}" for one in wrong), sep="\n")
    return 1 if wrong else 0


def _dates(folder: Path) -> Iterator[str]:
    rows = list(_rows(folder / "date_cases.jsonl"))
    exact = [row for row in rows if row.get("expected_unix") is not None]
    others = [row for row in rows if row["must_parse"] and row.get("expected_unix") is None]
    right = read = 0
    for row in exact:
        found = parse_date(row["input"])
        right += found is not None and int(found.timestamp()) == row["expected_unix"]
        if found and int(found.timestamp()) != row["expected_unix"]:
            yield f"{row['input']!r} is read as {found}"
    for row in rows:
        found = parse_date(row["input"])
        read += found is not None and row in others
        if found and not row["must_parse"]:
            yield f"{row['input']!r} is no date, and read as {found}"
    print(f"dates: {right} of {len(exact)} exact ones right, of {len(others)} others {read} read")


def _addresses(folder: Path) -> Iterator[str]:
    recorded, cleaned = _rows(folder / "recorded_io.jsonl"), list(_rows(folder / "miniflux_urlcleaner.jsonl"))
    inputs = [text for row in recorded for text in (*row["args"][:1], row.get("result"))]
    addresses = sorted({text for text in (*inputs, *(row["input"] for row in cleaned)) if isinstance(text, str)})
    canonical = 0
    for address in addresses:
        found = canonical_url(address)
        canonical += found is not None
        yield from (f"{address!r}: {what} {found!r}" for what in _broken_laws(address, found))
    differ = [row for row in cleaned if canonical_url(row["input"]) != canonical_url(row["expected"])]
    yield from (f"{row['input']!r} is not {row['expected']!r} but {canonical_url(row['input'])!r}" for row in differ)
    alike = f"{len(cleaned) - len(differ)} of {len(cleaned)} cleaned alike"
    print(f"addresses: {len(addresses)}, of {canonical} there is a canonical form, {alike}")


def _broken_laws(address: str, canonical: str | None) -> Iterator[str]:
    if canonical is None:
        return
    parts = urlsplit(canonical)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        yield "is no address of the web"
    if parts.fragment or parts.username or parts.password:
        yield "has a fragment or a password"
    if len(canonical.encode()) > MAX_BYTES or any(ord(one) < 33 or ord(one) == 127 for one in canonical):
        yield "cannot be stored"
    if canonical_url(canonical) != canonical:
        yield f"is another the next time, {canonical_url(canonical)!r},"
    if "#" not in address and canonical_url(f"{address.strip()}#top") != canonical:
        yield "is another with a fragment"


def _charsets(folder: Path) -> Iterator[str]:
    read = told = 0
    for path in sorted((folder / "charset_normalizer").glob("sample-*.txt")):
        charset = CHARSETS.get(path.stem, "utf-8")
        text = path.read_bytes().decode(charset)
        wanted = without_furniture(plain_text(html.escape(text)))
        label = LABELS.get(charset, charset)
        for declared, header in _served(label):
            told += 1
            feed = read_feed(_feed(text, charset, declared), "https://ledgerpost.example/feed", header)
            is_read = bool(feed and feed.entries and feed.entries[0].summary == wanted)
            read += is_read
            if not is_read and label in (declared, header.rpartition("=")[2]):
                yield f"{path.name}: not read as {declared} with {header!r}"
    print(f"charsets: {read} of {told} read, those that nobody names among them")


def _served(label: str) -> Iterator[tuple[str, str]]:
    """How a feed is labelled: rightly by itself or its server, as UTF-8, as what there is not."""
    yield label, "application/rss+xml"
    yield "", f"text/xml; charset={label}"
    yield "utf-8", "application/rss+xml"
    yield "utf-8", "text/xml; charset=utf-8"
    yield "", "text/xml; charset=x-klingon"


def _feed(text: str, charset: str, declared: str) -> bytes:
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else '<?xml version="1.0"?>'
    escaped = html.escape(html.escape(text, quote=False), quote=False)
    body = f"<rss version='2.0'><channel><item><description>{escaped}</description></item></channel></rss>"
    return declaration.encode() + body.encode(charset.removesuffix("-sig"))


def _rows(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
