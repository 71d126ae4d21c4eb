"""`secondsource articles`: reads its options."""

import click

from commands.environment import settings_beside

# What takes long to import is imported by the command that needs it: Ctrl-C meanwhile would print a traceback.


@click.group()
def articles() -> None:
    """What was read: take an article out for good."""


@articles.command("remove")
@click.argument("url")
def remove_article(url: str) -> None:
    """Remove the article at URL: its words, excerpt, vectors and facts, from every place where they are kept.

    Its event is described anew, or removed where it is left empty. Its id answers 410, and no feed and no editor brings
    it back.
    """
    from commands.articles.removing import remove_article as take_out

    click.echo(take_out(settings_beside(), url))
