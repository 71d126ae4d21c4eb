"""Pages that were made to kill their reader, each kind by name. Every one claims to be an article."""

import gzip
import random
from collections.abc import Callable

MB = 1024 * 1024
WORDS = "The exchange Corvane stopped withdrawals on Wednesday after a breach of its wallets. "


def _page(body: str, head: str = "") -> bytes:
    return (
        f"<!doctype html><html lang='en'><head><title>Corvane</title>{head}</head><body>{body}</body></html>".encode()
    )


def _article(body: str, head: str = "") -> bytes:
    return _page(f"<article><h1>Corvane halts</h1>{body}</article>", head)


def _linked(data: str) -> bytes:
    return _article(f"<p>{WORDS * 5}</p>", f'<script type="application/ld+json">{data}</script>')


def _entities() -> bytes:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    return f'<!DOCTYPE html [<!ENTITY l0 "lol">{levels}]><html><body><p>&l9;</p></body></html>'.encode()


def _noise(size: int) -> bytes:
    return random.Random(7).randbytes(size)


KINDS: dict[str, Callable[[], bytes]] = {
    "divs a hundred thousand deep": lambda: _article("<div>" * 100_000 + WORDS),
    "spans and fonts deep and never closed": lambda: _article("<b><i><font>" * 50_000 + WORDS),
    "lists in lists": lambda: _article("<ul><li>" * 30_000 + WORDS),
    "tables in tables": lambda: _article("<table><tr><td>" * 5_000 + WORDS),
    "quotes in quotes": lambda: _article("<blockquote>" * 20_000 + WORDS),
    "four megabytes in one line": lambda: _article(f"<p>{WORDS * (4 * MB // len(WORDS))}</p>"),
    "a word of four megabytes": lambda: _article(f"<p>{'a' * 4 * MB}</p>"),
    "an entity bomb": _entities,
    "a million character references": lambda: _article("<p>" + "&#x1F600;&amp;" * 300_000 + "</p>"),
    "half surrogates without end": lambda: _article("<p>" + "&#55357;" * 400_000 + "</p>"),
    "a table of two hundred thousand rows": lambda: _article("<table>" + "<tr><td>a</td></tr>" * 200_000 + "</table>"),
    "a table of one row": lambda: _article("<table><tr>" + "<td>cell of words</td>" * 150_000 + "</tr></table>"),
    "a table that spans a billion": lambda: _article(
        f"<table><tr><td colspan=1000000000 rowspan=1000000000>{WORDS}</td></tr></table>" * 50
    ),
    "an attribute of four megabytes": lambda: _article(f"<p class='{'c ' * 2 * MB}'>{WORDS}</p>"),
    "a hundred thousand attributes": lambda: _article(f"<p {' '.join(f'a{n}=1' for n in range(100_000))}>{WORDS}</p>"),
    "nothing but NULs": lambda: b"\0" * 4 * MB,
    "NULs between all letters": lambda: _article(f"<p>{WORDS * 5_000}</p>").replace(b"e", b"e\0"),
    "text in a charset it does not name": lambda: _article(
        f"<p>{'Биткоин упал ниже уровня. ' * 9_000}</p>", "<meta charset='shift_jis'>"
    ),
    "a charset that nobody knows": lambda: _article(f"<p>{WORDS * 5_000}</p>", "<meta charset='x-klingon'>"),
    "a hundred thousand links": lambda: _article('<p><a href="/x">link text here</a></p>' * 100_000),
    "links in one paragraph": lambda: _article("<p>" + '<a href="/x">word</a> ' * 150_000 + "</p>"),
    "scripts alone": lambda: _page("<script>var corvane = 'halts';</script>" * 80_000),
    "one script of four megabytes": lambda: _page(f"<script>{'if(a){b()}' * 400_000}</script>"),
    "linked data deep": lambda: _linked('{"isAccessibleForFree":false,"a":' * 60_000 + "1" + "}" * 60_000),
    "linked data long": lambda: _linked('{"hasPart":[' + '{"cssSelector":".p","x":"y"},' * 120_000 + "1]}"),
    "selectors by the thousand": lambda: _linked(
        '{"isAccessibleForFree":false,"hasPart":['
        + ",".join(f'{{"isAccessibleForFree":false,"cssSelector":".c{n}"}}' for n in range(3_000))
        + "]}"
    ),
    "linked data in ten thousand scripts": lambda: _page(
        '<script type="application/ld+json">{"datePublished":"2026</script>' * 50_000
    ),
    "a date that never ends": lambda: _linked('"datePublished" ' + ":" * MB + '"datePublished":' * 90_000),
    "frames that hold themselves": lambda: _page("<iframe src='?'><frameset><frame src=''>" * 60_000 + WORDS),
    "a flood of directions and joiners": lambda: _article("<p>" + "\u202e\u200b\u2066\u200d" * 300_000 + WORDS),
    "marks above marks": lambda: _article("<p>Z" + "\u0300" * MB + "</p>"),
    "invalid UTF-8": lambda: b"<html><body><article><p>" + b"\xff\xfe\xc3(\xf0\x28" * 600_000,
    "odd UTF-16": lambda: b"\xff\xfe" + _article(f"<p>{WORDS * 20_000}</p>").decode().encode("utf-16-le")[:-1],
    "UTF-7": lambda: _article(f"<p>{'+ADw-script+AD4- ' * 200_000}</p>", "<meta charset='utf-7'>"),
    "noise": lambda: b"<html><body><article><p>" + _noise(4 * MB),
    "half a million siblings": lambda: _article("<br>" * 500_000 + WORDS),
    "paragraphs of one letter": lambda: _article("<p>a</p>" * 300_000),
    "comments in each other": lambda: _article("<!--" * 400_000 + WORDS + "-->" * 10),
    "tags that never close": lambda: _article("<p title='" * 200_000 + WORDS),
    "titles by the thousand": lambda: _article(WORDS, "<title>Just a moment</title>" * 60_000 + "<h1>" * 60_000),
    "metas by the thousand": lambda: _article(WORDS, '<meta name="robots" content="a,b,c">' * 100_000),
    "gzip in gzip": lambda: gzip.compress(gzip.compress(_article(f"<p>{WORDS * 40_000}</p>"))),
    "words that nearly ask to subscribe": lambda: _article("<p>" + "to continue reading, please " * 100_000 + "</p>"),
    "words that nearly consent": lambda: _article("<p>" + "consent to cookies " * 60 + "x" * 300 + "</p>", "<title>a"),
    "words that nearly disclaim": lambda: _article(("<p>" + "not nothing never " * 20_000 + "</p>") * 4),
    "the post appeared first": lambda: _article("<p>" + "The post The post " * 100_000 + "</p>"),
    "bylines and dates": lambda: _article("<p>" + "by: by: 12 March 2026, at " * 80_000 + "</p>"),
    "brackets and dots": lambda: _article("<p>" + "[…] (continue reading: " * 100_000 + "</p>"),
    "pipes and rules": lambda: _article("<p>" + "| - : | " * 250_000 + "</p>"),
    "blanks and pipes": lambda: _article(f"<pre>{' |' * 10}{' ' * 200_000}x{' |' * 300_000}</pre>"),
}
