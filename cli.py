"""The `secondsource` command: reads options, and says what went wrong in a sentence."""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from math import isnan
from pathlib import Path
from typing import Any

import click

from api.roles import Role
from api.scopes import Scope
from commands.articles.command import articles
from commands.environment import read_settings, settings_beside
from commands.errors import CannotStart
from commands.publishers.command import publishers
from commands.saying import say

# What takes long to import is imported by the command that needs it: Ctrl-C meanwhile would print a traceback.

STOPS_WITHIN_SECONDS = 5  # what is asked for just then; streams end at once
PATIENCE = click.FloatRange(min=0, max=365 * 24 * 60, min_open=True)  # minutes; nothing waits for a year


def _number(_context: click.Context, _option: click.Parameter, minutes: float) -> float:
    """NaN lies within every range, and nothing has waited for longer than it."""
    if isnan(minutes):
        raise click.BadParameter("nan is no number of minutes.")
    return minutes


class Sentences(click.Group):
    """A group whose commands end with a sentence where an operator has to change something."""

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the command; what cannot start, for its settings or otherwise, ends the process with status 2."""
        try:
            return super().invoke(ctx)
        except CannotStart as error:
            raise click.UsageError(str(error)) from error


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
    with _ended_by_a_signal():
        from commands.run import run as run_all

    run_all(read_settings(), with_demo=not no_demo)


@main.command()
def demo() -> None:
    """The same service over an invented day of news from publishers on this machine: no network needed."""
    with _ended_by_a_signal():
        from commands.run import run_demo

    run_demo(read_settings())


@main.command()
@click.option("--port", type=click.IntRange(0, 65535), help="Port to listen on; SECONDSOURCE_PORT unless given.")
def serve(port: int | None) -> None:
    """The pages and the API alone, on the database that is set."""
    from commands.preparing import check_brokers_address, listening, prepare

    settings = read_settings()
    check_brokers_address(settings)
    with listening(settings.model_copy(update={} if port is None else {"port": port})) as address:
        prepare(settings, ())
        os.environ["SECONDSOURCE_PORT"] = str(address.getsockname()[1])  # the API reads its own settings
        import uvicorn

        uvicorn.run(
            "api.app:app",
            factory=True,
            fd=address.fileno(),
            access_log=False,
            http="api.connections:Bounded",
            ws="none",
            server_header=False,
            log_level="warning",
            timeout_graceful_shutdown=STOPS_WITHIN_SECONDS,
            proxy_headers=False,  # it would believe any program on this machine; SECONDSOURCE_TRUSTED_PROXIES says whom
        )


@main.command()
@click.argument("kind", type=click.Choice(["ingest", "embed", "cluster", "describe"]))
def worker(kind: str) -> None:
    """Do one kind of work on the database and the Redis that are set, as many on as many machines as you like.

    \b
    ingest    polls feeds, reads pages and sends to webhooks, two tasks at a time
    embed     reads what articles say; has a model
    cluster   places articles in events, one worker at a time; a second one takes over when the first dies
    describe  says what events say, and repairs, grades and closes them
    """
    from commands.preparing import check_contact
    from commands.working import become, worker_command

    settings = read_settings()
    if kind == "ingest":
        check_contact(settings)
    become(worker_command(kind, f"{kind}-{os.getpid()}"), settings)


@main.command()
def beat() -> None:
    """Tell workers when to do what. Of several, one does; when it dies, another takes over within half a minute."""
    from commands.working import BEAT, become

    become(BEAT, read_settings())


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
    """Bring the database to the schema of this version, and one of your own to its list of publishers."""
    from commands.preparing import migrate_database

    has_changed = migrate_database(settings_beside())
    click.echo("the database was brought up to date" if has_changed else "the database is up to date")


@main.command()
@click.option(
    "--hours", type=click.IntRange(1, 24 * 30), default=72, show_default=True, help="How far back, in article time."
)
def recluster(hours: int) -> None:
    """Decide anew which events recent articles belong to, by the rules of this version; editors' words stay."""
    from commands.recluster import recluster as decide_anew

    done = decide_anew(settings_beside(), hours)
    click.echo(f"{done.articles} articles decided anew, {len(done.moved)} went to another event")


@main.command("export")
@click.option("--editorial", "what", flag_value="editorial", help="All that editors have the last word on, sorted.")
@click.option("--pairs", "what", flag_value="pairs", help="Pairs of articles that their decisions label.")
def export_decisions(what: str | None) -> None:
    """Write what editors decided as JSON lines: what stands by now, or what can be learned from it."""
    from commands.export import editorial_lines, pair_lines

    if what is None:
        raise click.UsageError("say what to export: --editorial or --pairs")
    for line in (editorial_lines if what == "editorial" else pair_lines)(settings_beside()):
        click.echo(line)


@main.command("status")
@click.option("--check", is_flag=True, help="Say only what is wrong, and exit with status 1 where anything is.")
@click.option(
    "--minutes",
    type=PATIENCE,
    callback=_number,
    default=10,
    show_default=True,
    help="How long --check lets anything wait.",
)
def overview(check: bool, minutes: float) -> None:
    """Say what is there, what waits, who is at work and on which database; exit status 1 without a database."""
    from commands.status import WrongSomewhere, checked, status_lines

    try:
        say([checked(settings_beside(), minutes)] if check else status_lines(settings_beside()))
    except (CannotStart, WrongSomewhere) as error:
        raise click.ClickException(str(error)) from error


@main.group()
def editors() -> None:
    """Who may work at /desk, and who of them administers people and keys there."""


@editors.command("invite")
@click.argument("name", type=click.STRING)
@click.option("--admin", "as_admin", is_flag=True, help="Add NAME as an admin, as the first of all is anyway.")
def invite(name: str, as_admin: bool) -> None:
    """Print a link that signs NAME in at the desk, once, within a day.

    Who is new is added; who is there keeps the role they have. A link also lets them set a new password.
    """
    from commands.editors import sign_in_link

    click.echo(sign_in_link(name, Role.ADMIN if as_admin else Role.EDITOR, settings_beside()))


@editors.command("list")
def list_of_editors() -> None:
    """Show who may act at the desk: role, since when, when last seen, how they sign in."""
    from commands.editors import list_editors

    say(list_editors(settings_beside()))


@editors.command("remove")
@click.argument("name", type=click.STRING)
def remove(name: str) -> None:
    """Sign NAME out everywhere and void the links made for them. What they did at the desk stays."""
    from commands.editors import remove_editor

    click.echo(remove_editor(name, settings_beside()))


@editors.command("role")
@click.argument("name", type=click.STRING)
@click.argument("role", type=click.Choice([role.value for role in Role]))
def role(name: str, role: str) -> None:
    """Make NAME an admin, who also has people and keys in hand, or an editor alone."""
    from commands.editors import give_role

    click.echo(give_role(name, Role(role), settings_beside()))


@main.group()
def keys() -> None:
    """Who may ask the API more often, and for what only some may ask."""


@keys.command("create")
@click.argument("name", type=click.STRING)
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    required=True,
    type=click.Choice([scope.value for scope in Scope]),
    help="What it allows; may be given several times. read: what is open, more often; editor: what editors do.",
)
def create(name: str, scopes: tuple[str, ...]) -> None:
    """Print a new key for NAME. It is kept as a hash only: nobody can be shown it again."""
    from commands.keys import create_key

    click.echo(create_key(name, [Scope(scope) for scope in scopes], settings_beside()))


@keys.command("list")
def list_of_keys() -> None:
    """Show the keys: scopes, the last day each was used, and those that were revoked."""
    from commands.keys import list_keys

    say(list_keys(settings_beside()))


@keys.command("revoke")
@click.argument("name", type=click.STRING)
def revoke(name: str) -> None:
    """End the key of NAME for ever."""
    from commands.keys import revoke_key

    click.echo(revoke_key(name, settings_beside()))


@contextmanager
def _ended_by_a_signal() -> Iterator[None]:
    """Ctrl-C and SIGTERM end the process at once with status 0, as they do later on: nothing has been started."""
    before = {number: signal.signal(number, lambda *_: os._exit(0)) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


for group in (articles, publishers):
    main.add_command(group)


if __name__ == "__main__":
    sys.exit(main())
