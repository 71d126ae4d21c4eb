"""`secondsource publishers`: reads its options."""

from pathlib import Path

import click

from commands.environment import settings_beside
from commands.saying import say
from ingest.article import Standing

# What takes long to import is imported by the command that needs it: Ctrl-C meanwhile would print a traceback.

_ESTABLISHED = click.option(
    "--established", is_flag=True, help="Reports of new publishers may confirm an event; unrated unless given."
)


@click.group()
def publishers() -> None:
    """The feeds that are polled: add, check, turn on and off, import and export.

    Where a command takes an ID, the address of one feed does as well.
    """


@publishers.command("list")
@click.option("--all", "with_off", is_flag=True, help="Those too that are off.")
def list_(with_off: bool) -> None:
    """Show the feeds: publisher, standing, on or off, how the last poll ended."""
    from commands.publishers.listing import list_feeds

    say(list_feeds(settings_beside(), with_off))


@publishers.command()
@click.argument("url")
@_ESTABLISHED
@click.option("--yes", is_flag=True, help="Add it without asking.")
def add(url: str, established: bool, yes: bool) -> None:
    """Add a publisher by a feed's address or a page's.

    On a page the feeds it declares are looked up, then the usual paths (/feed, /rss, /feed.xml and others). You see
    what was found before it is added. A feed on a known publisher's site becomes a further feed of that publisher,
    whom its title names who was called after the site until then.
    """
    from commands.publishers.adding import add as add_feed
    from commands.publishers.adding import look_up

    settings = settings_beside()
    looked = look_up(settings, url, _standing(established))
    say(looked.lines)
    if looked.addable:
        if not yes:
            click.confirm("Add it? (--yes adds without asking)", abort=True)
        add_feed(settings, looked)
        click.echo(f"added to {looked.addable.publisher.id}")


@publishers.command()
@click.argument("ids", nargs=-1, metavar="[ID]...")
def check(ids: tuple[str, ...]) -> None:
    """Fetch every feed that is on, or those named, once: what answers, and how new it is. Nothing is stored.

    A feed that is dead is nothing unusual: the exit status is 0 all the same.
    """
    from commands.publishers.checking import check_feeds

    say(check_feeds(settings_beside(), ids))


@publishers.command()
@click.argument("id")
def refresh(id: str) -> None:
    """Make a publisher's feeds due at once.

    A running service polls them within 10 seconds; where none runs, its next start does.
    """
    from commands.publishers.switching import refresh as make_due

    say(make_due(settings_beside(), id))


@publishers.command()
@click.argument("id", required=False)
def status(id: str | None) -> None:
    """Show how each feed is doing: outcomes counted, last success, next poll, failures in a row."""
    from commands.publishers.listing import feeds_status

    say(feeds_status(settings_beside(), [id] if id else []))


@publishers.command()
@click.argument("id")
def on(id: str) -> None:
    """Poll a publisher's feeds, or one feed, from now on."""
    from commands.publishers.switching import switch

    say(switch(settings_beside(), id, enabled=True))


@publishers.command()
@click.argument("id")
def off(id: str) -> None:
    """Stop polling a publisher's feeds, or one feed. Its articles stay."""
    from commands.publishers.switching import switch

    say(switch(settings_beside(), id, enabled=False))


@publishers.command("remove")
@click.argument("id")
@click.option("--yes", is_flag=True, help="Do it without asking.")
def remove_publisher(id: str, yes: bool) -> None:
    """Remove all that a publisher ever published, as `articles remove` does, and take nothing of it any more.

    Its feeds are off from then on; `publishers on ID` takes it in again, without what was removed.
    """
    from commands.articles.removing import remove_publisher as take_out
    from commands.articles.removing import to_remove

    found = to_remove(settings_beside(), id)
    if not yes:
        what = f"{found.articles} articles of {found.publisher.name}"
        click.confirm(f"Remove {what} for good? (--yes does it without asking)", abort=True)
    click.echo(take_out(found))


@publishers.command()
@click.option("--retry", multiple=True, metavar="ID", help="Take up an entry again; `all` takes up every one.")
def quarantine(retry: tuple[str, ...]) -> None:
    """Show the entries whose pages broke their reader three times; of most the feed's own words were kept."""
    from commands.publishers.quarantine import list_quarantine, retry_quarantine

    settings = settings_beside()
    say(retry_quarantine(settings, retry) if retry else list_quarantine(settings))


@publishers.command("import")
@click.argument("source", metavar="OPML")
@_ESTABLISHED
def import_(source: str, established: bool) -> None:
    """Add the feeds of an OPML file or URL, in their folders, and say what became of each entry.

    What is there already stays as it is, so a list may be imported again. No list can make its publishers established
    or put a feed under a known publisher from another site.
    """
    from commands.publishers.lists import import_opml

    say(import_opml(settings_beside(), source, _standing(established)))


@publishers.command()
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The file; standard output unless given.")
def export(out: Path | None) -> None:
    """Write all feeds, on and off, as OPML 2.0 with their folders."""
    from commands.publishers.lists import export_opml

    click.echo(export_opml(settings_beside(), out))


def _standing(established: bool) -> Standing:
    return Standing.ESTABLISHED if established else Standing.UNRATED
