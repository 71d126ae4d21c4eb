"""The `secondsource` command: reads options and settings, and says what went wrong in a sentence."""

import os
import sys
from pathlib import Path
from typing import Any

import click
from pydantic import ValidationError

from commands.errors import CannotStart
from storage.settings import Settings


class Sentences(click.Group):
    """A group whose commands end with a sentence where an operator has to change something."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; settings that do not parse and what cannot start end the process with status 2."""
        try:
            return super().invoke(ctx)
        except ValidationError as error:
            problems = "; ".join(f"SECONDSOURCE_{one['loc'][0]}".upper() + f": {one['msg']}" for one in error.errors())
            raise click.UsageError(problems) from error
        except CannotStart as error:
            raise click.UsageError(str(error)) from error


def read_settings() -> Settings:
    """The settings of the environment.

    Raises:
        pydantic.ValidationError: when a value does not parse.
        CannotStart: when an allowed address is none.
    """
    from ingest.addresses import Gate

    settings = Settings()
    try:
        Gate.parse(settings.allow_addresses)
    except ValueError as error:
        raise CannotStart(f"SECONDSOURCE_ALLOW_ADDRESSES: {error}") from error
    return settings


@click.group(cls=Sentences)
@click.version_option(package_name="secondsource")
def main() -> None:
    """Who else has this story, and is it really confirmed?

    Settings come from the environment, prefix SECONDSOURCE_; deploy/env.example lists them all.
    """


@main.command()
@click.option("--no-demo", is_flag=True, help="Never show the invented day of news, even when no publisher answers.")
def run(no_demo: bool) -> None:
    """Poll the publishers and serve the pages and the API, everything on this machine."""
    from commands.run import run as run_all

    run_all(read_settings(), with_demo=not no_demo)


@main.command()
def demo() -> None:
    """The same service over an invented day of news from publishers on this machine: no network needed."""
    from commands.run import run_demo

    run_demo(read_settings())


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; SECONDSOURCE_PORT unless given.")
def serve(port: int | None) -> None:
    """The pages and the API alone, on the database that is set."""
    from commands.preparing import listening, prepare

    settings = read_settings()
    with listening(settings.model_copy(update={} if port is None else {"port": port})) as address:
        prepare(settings, ())
        os.environ["SECONDSOURCE_PORT"] = str(address.getsockname()[1])  # the API reads its own settings
        import uvicorn

        uvicorn.run("api.app:app", factory=True, fd=address.fileno(), access_log=False, log_level="warning")


@main.command()
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help="Where each article went, a JSON line each."
)
@click.option("--database", help="A database URL to keep the result in; a scratch one unless given.")
def replay(files: tuple[Path, ...], out: Path | None, database: str | None) -> None:
    """Place a corpus (JSONL or .jsonl.gz: id, title, text, url, publisher, published_at) in time order."""
    from commands.replay import replay as replay_files

    done = replay_files(files, read_settings(), out, database)
    rate = done.articles / max(done.seconds, 0.001)
    click.echo(
        f"{done.articles} articles, {rate:.1f} a second, {done.events} events, "
        f"peak memory {done.peak_memory_mib:.0f} MiB"
    )


@main.command()
def migrate() -> None:
    """Bring the database to the schema of this version."""
    from commands.preparing import open_migrated

    settings = read_settings()
    setting = "SECONDSOURCE_DATA_DIR" if settings.database_url is None else "SECONDSOURCE_DATABASE_URL"
    _, has_changed = open_migrated(settings.database, setting)
    click.echo("the database was brought up to date" if has_changed else "the database is up to date")


@main.command()
@click.option(
    "--hours", type=click.IntRange(1, 24 * 30), default=72, show_default=True, help="How far back, in article time."
)
def recluster(hours: int) -> None:
    """Decide anew which events recent articles belong to, by the rules of this version; editors' words stay."""
    from commands.recluster import recluster as decide_anew

    done = decide_anew(read_settings(), hours)
    click.echo(f"{done.articles} articles decided anew, {len(done.moved)} went to another event")


@main.group()
def editors() -> None:
    """Who may merge events, move articles and undo at /desk."""


@editors.command("invite")
@click.argument("name", type=click.STRING)
def invite(name: str) -> None:
    """Print a link that signs NAME in at the desk, once, within a day. The editor is added when new."""
    from commands.editors import sign_in_link

    click.echo(sign_in_link(name, read_settings()))


@main.group()
def publishers() -> None:
    """The feeds that are polled."""


@publishers.command("import")
@click.argument("source")
@click.option("--established", is_flag=True, help="Their reports may confirm an event; unrated unless given.")
def import_(source: str, established: bool) -> None:
    """Add the feeds of an OPML file or URL."""
    from commands.publishers import import_opml
    from ingest.article import Standing

    standing = Standing.ESTABLISHED if established else Standing.UNRATED
    count, new = import_opml(source, standing, read_settings())
    click.echo(f"{count} feeds in the list, {new} of them new")


@publishers.command("list")
def list_() -> None:
    """Show every feed and how its last poll ended."""
    from commands.publishers import list_feeds

    for feed in list_feeds(read_settings()):
        outcome = feed.last_outcome or "not polled yet"
        click.echo(f"{feed.publisher.name}\t{feed.publisher.standing}\t{outcome}\t{feed.url}")


if __name__ == "__main__":
    sys.exit(main())
