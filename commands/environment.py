"""The settings that a command goes by, read from its environment and from what is running."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from commands.errors import CannotStart

# Imported when they are needed: Ctrl-C while the command is still being imported would print a traceback.
if TYPE_CHECKING:
    from storage.settings import Settings


def read_settings() -> Settings:
    """The settings of the environment, which say how much is logged from here on; on stderr, which are unknown.

    Raises:
        CannotStart: when a value does not parse, or an allowed address is none.
    """
    from pydantic import ValidationError

    from ingest.addresses import Gate
    from storage.complaints import complaint
    from storage.logs import configure_logs
    from storage.settings import PREFIX, Settings, unknown_settings

    for sentence in unknown_settings(os.environ):
        click.echo(sentence, err=True)
    try:
        settings = Settings()
    except ValidationError as error:
        problems = (f"{PREFIX}{one['loc'][0]}".upper() + f": {complaint(one)}" for one in error.errors())
        raise CannotStart("; ".join(problems)) from error
    configure_logs(settings)
    try:
        Gate.parse(settings.allow_addresses)
    except ValueError as error:
        raise CannotStart(f"SECONDSOURCE_ALLOW_ADDRESSES: {error}") from error
    return settings


def settings_beside() -> Settings:
    """The settings of what is running: the demo's while that runs, else those of the environment.

    Raises:
        CannotStart: as `read_settings`.
    """
    from commands.demo_note import followed

    return followed(read_settings(), lambda text: click.echo(text, err=True))
