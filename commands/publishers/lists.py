"""`publishers import` and `publishers export`: subscription lists as OPML."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from commands.errors import CannotStart
from commands.publishers.choosing import directory_of, open_publishers
from commands.publishers.showing import HINTS, columns, count_of, printable, refuse, shown_address
from ingest.addresses import Gate
from ingest.article import Standing
from ingest.fetching import MAX_BYTES
from ingest.opml import MAX_OUTLINES, Opml, write_opml
from ingest.outcome import Outcome
from ingest.readers import readers
from ingest.subscriptions import Line, Verdict, counted, judge, to_store
from storage.settings import Settings

FETCHED_WITHIN = timedelta(seconds=30)


def import_opml(settings: Settings, source: str, standing: Standing) -> list[str]:
    """Adds the feeds of an OPML file or URL: a line for each entry, then what it came to.

    Raises:
        CannotStart: when the list cannot be had, or holds no entry.
    """
    store = open_publishers(settings)
    opml = asyncio.run(_read(source, settings))
    if not opml.outlines:
        why = f" ({opml.problem})" if opml.problem else ""
        raise CannotStart(
            f'{shown_address(source)}: no feed found{why}: an OPML file lists feeds as <outline xmlUrl="…">'
        )
    lines = judge(opml.outlines, directory_of(store), standing, Gate.parse(settings.allow_addresses))
    store.add(to_store(lines), datetime.now(UTC))
    return [*columns([_row(line) for line in lines]), *_remarks(opml, lines)]


def export_opml(settings: Settings, out: Path | None) -> str:
    """Every feed as OPML, or, when it goes into a file, a sentence about it.

    Raises:
        CannotStart: when the file cannot be written.
    """
    feeds = open_publishers(settings).list()
    written = write_opml(feeds, datetime.now(UTC))
    if out is None:
        return written.decode()
    try:
        out.write_bytes(written)
    except OSError as error:
        raise CannotStart(f"{out}: {error.strerror}") from error
    return f"{count_of(len(feeds), 'feed')} in {out}"


async def _read(source: str, settings: Settings) -> Opml:
    async with readers(settings) as (fetcher, parser):
        if "://" in source:
            fetched = await fetcher.fetch(source, deadline=FETCHED_WITHIN)
            if fetched.outcome is not Outcome.OK:
                raise refuse(source, fetched.outcome)
            opml = await parser.opml(fetched.body)
        else:
            opml = await parser.opml(_read_file(Path(source)))
    if isinstance(opml, Outcome):
        raise refuse(source, opml)
    return opml


def _read_file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            document = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise CannotStart(f"{path}: {error.strerror}") from error
    if len(document) > MAX_BYTES:
        raise refuse(str(path), Outcome.TOO_LARGE)
    return document


def _row(line: Line) -> tuple[str, ...]:
    folder = line.feed.folder if line.feed else None
    whose = f"of {line.publisher.id}" if line.publisher else ""
    return (
        line.verdict,
        line.title or "without a title",
        f"{whose}{f', in {folder}' if folder else ''}",
        shown_address(line.url),
    )


def _remarks(opml: Opml, lines: list[Line]) -> list[str]:
    found = counted(lines)
    verdicts = ", ".join(f"{count} {verdict}" for verdict, count in found.items())
    said = [f"{count_of(len(lines), 'entry', 'entries')}: {verdicts}"]
    if Verdict.ADDED not in found:
        said.append("nothing new")
    if Verdict.REFUSED in found:
        said.append(f"a refused address: {HINTS[Outcome.REFUSED_ADDRESS]}")
    if opml.problem:
        said.append(f"the list is broken ({printable(opml.problem)}): what could be read is above, more may be missing")
    if opml.left_out:
        said.append(f"only the first {MAX_OUTLINES} entries were read, {opml.left_out} were left out: split the list")
    return said
