"""How log lines look: one line a unit of work, and tracebacks without the values of variables."""

import structlog


def configure_logs(level: str) -> None:
    """Sets structlog up for this process; what is below the level is left out."""
    # Its own choice where `rich` is installed prints every variable, a database's password among them.
    structlog.dev.ConsoleRenderer.get_active().exception_formatter = structlog.dev.plain_traceback
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(level))
