"""How log lines look: one line a unit of work, for people on a terminal and as JSON elsewhere, and without secrets."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.typing import Processor

from storage.secrets import Secrets
from storage.settings import Settings

# They bring handlers of their own, which would write past ours.
_HANDLED = ("uvicorn", "uvicorn.error", "uvicorn.access", "celery", "celery.task", "celery.redirected")
# Who says what of a failed task or request: we do, with its id.
_SAID_BY_US = {
    "celery.app.trace": "raised unexpected",
    "celery.worker.request": "Task handler raised error",
    "uvicorn.error": "Exception in ASGI application",
}
Line = MutableMapping[str, Any]


def configure_logs(settings: Settings) -> None:
    """Sets this process's logging up, structlog's and the standard library's, which others log by; both on stderr.

    What is below the level is left out.
    """
    secrets = Secrets((settings.database_url, settings.broker_url))
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]
    handler = _Stderr()
    handler.addFilter(_is_not_said_twice)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.add_logger_name],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                # Only text: a renderer with its own idea of exceptions prints every variable.
                structlog.processors.format_exc_info,
                lambda _logger, _method, line: _without_secrets(line, secrets),
                _renderer(settings),
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[settings.log_level.upper()]))  # of libraries
    logging.captureWarnings(True)
    for name in _HANDLED:
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(settings.log_level),
        logger_factory=_Ours(handler),
        cache_logger_on_first_use=False,
    )


class _Stderr(logging.StreamHandler[Any]):
    """Writes to what stderr is at the time: a test may have put another in its place, and closed that."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stderr


class _Ours:
    """Gives structlog a logger that hands every line to one handler: the levels of others' loggers are not for ours."""

    def __init__(self, handler: logging.Handler) -> None:
        self._logger = logging.Logger("secondsource", logging.DEBUG)
        self._logger.addHandler(handler)

    def __call__(self, *_: Any) -> logging.Logger:
        return self._logger


def _renderer(settings: Settings) -> Processor:
    as_json = settings.log_format == "json" or (settings.log_format == "auto" and not sys.stderr.isatty())
    if not as_json:
        return structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), timestamp_key="time", exception_formatter=structlog.dev.plain_traceback
        )
    return structlog.processors.JSONRenderer(sort_keys=False, ensure_ascii=False)


def _without_secrets(line: Line, secrets: Secrets) -> Line:
    """In every value, however deep; time, level and event in front."""
    first = {name: line.pop(name) for name in ("time", "level", "event") if name in line}
    return {name: _hidden(value, secrets) for name, value in {**first, **line}.items()}


def _hidden(value: Any, secrets: Secrets) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, dict):
        return {str(name): _hidden(one, secrets) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_hidden(one, secrets) for one in value]
    return secrets.hidden(str(value))


def _is_not_said_twice(record: logging.LogRecord) -> bool:
    said = _SAID_BY_US.get(record.name)
    return said is None or said not in record.getMessage()
