"""Whether a Redis may carry the queues: it has to answer, and must never throw away what waits in it."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import structlog
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, BusyLoadingError, NoPermissionError, RedisError, ResponseError
from redis.retry import Retry

NOTED = "broker.path"  # in the data folder: the socket of the embedded server
SCHEMES = ("redis", "rediss", "redis+socket")
KEEPS_EVERYTHING = "noeviction"
ANSWERS_WITHIN_SECONDS = 5.0
UNREADABLE = (
    "SECONDSOURCE_BROKER_URL cannot be read: it has to look like redis://USER:PASSWORD@HOST:6379/0, and what USER and "
    "PASSWORD hold of `/`, `?`, `#`, `@` and `%` has to be percent-encoded (%2F, %3F, %23, %40, %25)"
)

log = structlog.get_logger()


class UnfitBroker(Exception):
    """The broker cannot be used as it is; the message says what to change, and holds no password."""


def broker_in_use(broker_url: str | None, data_dir: Path) -> str | None:
    """The address of the broker that is set, or of the embedded one while `run` has noted it; None: there is none."""
    if broker_url is not None:
        return broker_url
    try:
        return socket_url((data_dir / NOTED).read_text(errors="replace"))
    except OSError:
        return None


def socket_url(path: str) -> str:
    """The address of a server at a unix socket, in kombu's words."""
    return f"redis+socket://{path}?virtual_host=0"


def redis_url(broker_url: str) -> str:
    """A broker's address in redis-py's words: kombu writes a unix socket as `redis+socket://PATH?virtual_host=0`."""
    parts = urlsplit(broker_url)
    if parts.scheme != "redis+socket":
        return broker_url
    return f"unix://{parts.path}?db={parse_qs(parts.query).get('virtual_host', ['0'])[0]}"


def check_address(broker_url: str) -> None:
    """Returns when it can be an address of a Redis, which need not answer.

    Raises:
        UnfitBroker: when it cannot.
    """
    if broker_url.partition("://")[0] not in SCHEMES:
        raise UnfitBroker("SECONDSOURCE_BROKER_URL has to look like redis://USER:PASSWORD@HOST:6379/0 or rediss://…")
    if _is_cut(broker_url):
        raise UnfitBroker(UNREADABLE)


def check_broker(broker_url: str) -> None:
    """Returns when the broker answers and keeps what it is given; a warning is logged where it does not say.

    Raises:
        UnfitBroker: when it does not answer, refuses the password or is set to drop what is old.
    """
    check_address(broker_url)
    place = place_of(broker_url)
    try:
        policy = _ask(redis_url(broker_url))
    except BusyLoadingError as error:
        raise UnfitBroker(f"Redis at {place} still loads its data: start again in a while") from error
    except (AuthenticationError, NoPermissionError) as error:
        raise UnfitBroker(
            f"Redis at {place} refuses the user or password ({error}): correct SECONDSOURCE_BROKER_URL, "
            "which looks like redis://USER:PASSWORD@HOST:6379/0"
        ) from error
    except ValueError as error:  # whose words repeat parts of the address
        raise UnfitBroker(UNREADABLE) from error
    except (RedisError, OSError) as error:
        raise UnfitBroker(
            f"no Redis answers at {place} ({error}): start it, or correct SECONDSOURCE_BROKER_URL"
        ) from error
    if policy is None:
        log.warning("Redis does not tell its maxmemory-policy: see that it is noeviction", broker=place)
    elif policy != KEEPS_EVERYTHING:
        raise UnfitBroker(
            f"Redis at {place} has maxmemory-policy {policy}, which empties the queues when memory is short: put "
            f"`maxmemory-policy {KEEPS_EVERYTHING}` into redis.conf, or for now run "
            f"`redis-cli CONFIG SET maxmemory-policy {KEEPS_EVERYTHING}`"
        )


def _ask(url: str) -> str | None:
    limits = {"socket_timeout": ANSWERS_WITHIN_SECONDS, "socket_connect_timeout": ANSWERS_WITHIN_SECONDS}
    with Redis.from_url(url, retry=Retry(NoBackoff(), 0), **limits) as redis:
        redis.ping()
        return _policy(redis)


def _policy(redis: Redis) -> str | None:
    """What it does when memory is short; None where it may not be asked: hosted ones forbid CONFIG, some INFO too."""
    for ask in (_configured, _reported):
        try:
            return ask(redis)
        except (ResponseError, KeyError):  # forbidden, renamed or unknown; some answer with nothing
            continue
    return None


def _configured(redis: Redis) -> str:
    return str(redis.config_get("maxmemory-policy")["maxmemory-policy"])


def _reported(redis: Redis) -> str:
    return str(redis.info("memory")["maxmemory_policy"])


def place_of(broker_url: str) -> str:
    """Where it is, without user and password; where that cannot be told apart, no part of it."""
    try:
        parts = urlsplit(broker_url)
    except ValueError:
        return "that address"
    if _is_cut(broker_url) or not (parts.hostname or parts.scheme == "redis+socket"):
        return "that address"
    return f"{parts.hostname}:{parts.port or 6379}" if parts.hostname else parts.path


def _is_cut(broker_url: str) -> bool:
    """Whether the password holds what ends it too early, so that its beginning is taken for the host or the port."""
    try:
        parts = urlsplit(broker_url)
        _ = parts.port  # looked at only when asked for
    except ValueError:
        return True
    if parts.scheme == "redis+socket":  # which has neither host nor password
        return bool(parts.netloc)
    return "@" in f"{parts.path}{parts.query}{parts.fragment}"
