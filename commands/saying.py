"""How the commands say what they have to say."""

from collections.abc import Sequence

import click


def say(lines: Sequence[str]) -> None:
    """A line each, on standard output."""
    for line in lines:
        click.echo(line)
