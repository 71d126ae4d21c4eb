"""Makes the application: routes, errors, middleware and what the handlers work with."""

import os
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from argon2 import PasswordHasher
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from fastapi.staticfiles import StaticFiles
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from api import desk, embed, openapi, stream
from api.administration_store import AdministrationStore
from api.banner import Banner
from api.conflict_page import on_conflict, on_hindered
from api.counting import Metered, Metrics
from api.desk_door import DeskDoor, is_desk
from api.editing import Conflict, Hindered
from api.front_door import NOT_OURS, FrontDoor, headers_for, hosts_in
from api.gzipping import Gzipping
from api.hot_reads import HotReads
from api.hot_replies import HotReplies
from api.key_door import KeyDoor
from api.key_store import KeyStore
from api.known_keys import KnownKeys
from api.live_log import LiveLog
from api.outages import RETRY_AFTER_SECONDS, met_outage, tell_of, words_on
from api.passwords import Passwords
from api.pipeline import Pipeline
from api.problems import problem, wants_page, what_did_not_parse
from api.rate_limits import LimitHeaders, RateLimits
from api.readiness import Readiness
from api.ready import GZIP_FROM_BYTES
from api.rendering import error_page
from api.rooms import every_route
from api.service import Service
from api.session_store import SessionStore
from api.shown.showings import Showings
from api.shown.store import ShownStore
from api.signing_in import SIGN_IN_AT
from api.stopping import told_of_the_end
from api.store import EditorStore
from api.stream_places import StreamPlaces
from api.surroundings import surroundings
from api.trending import Trending
from api.webhooks.store import WebhookStore
from cluster.chain_store import ChainStore
from cluster.change_log_store import ChangeLogStore
from cluster.doubt_store import DoubtStore
from cluster.editing_store import EditingStore
from cluster.event_log_store import EventLogStore
from cluster.search_store import SearchStore
from cluster.store import EventStore
from cluster.track_record_store import TrackRecordStore
from cluster.trend_store import TrendStore
from ingest.addition_store import AdditionStore
from ingest.addresses import Gate
from ingest.directory_store import DirectoryStore
from ingest.quarantine_store import QuarantineStore
from ingest.store import ArticleStore, PublisherStore
from ingest.touch_store import TouchStore
from storage.broker import broker_in_use
from storage.engine import open_engine
from storage.ids import new_id
from storage.logs import configure_logs
from storage.settings import Settings

_OF_DESK_EVENT = re.compile(rf"(/desk/events/{desk.EVENT_ID.pattern})/")
DESK_PAGES = ("/desk/people", "/desk/keys", "/desk/audit", "/desk/account")  # where what was refused there leads back
# AnyIO's for handlers, asyncio's for who follows the log, and one that asks whether all is ready: each may hold a
# connection.
THREADS = 40 + min(32, (os.cpu_count() or 1) + 4) + 1
STATIC = Path(__file__).parent / "static"

log = structlog.get_logger()


def app() -> FastAPI:
    """The application as the environment sets it: what `uvicorn --factory api.app:app` calls."""
    settings = Settings()
    configure_logs(settings)
    return create_app(settings)


def create_app(
    settings: Settings,
    *,
    demo_banner: str | None = None,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> FastAPI:
    """The application on the database that the settings name, which must be migrated already.

    `demo_banner` stands above every page; without it, `banner.txt` in the data folder is asked at each request.
    """
    made = FastAPI(
        title="SecondSource",
        version="1",
        description=openapi.DESCRIPTION,
        openapi_url=None,  # `openapi.served` gives it an ETag
        docs_url=None,  # its page loads scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        telemetry={"tracing": False, "metrics": False, "logs": False},  # asking whether it is wanted costs a sixth
        lifespan=_lifespan,
        routes=[*every_route()],
    )
    made.state.service = _service(settings, demo_banner, clock)
    made.mount("/static", StaticFiles(directory=STATIC))
    made.openapi = openapi.described(made)  # type: ignore[method-assign]
    made.add_middleware(Metered, metrics=made.state.service.metrics)
    made.add_middleware(DeskDoor)
    made.add_middleware(LimitHeaders)
    made.add_middleware(Gzipping, minimum_size=GZIP_FROM_BYTES)
    service: Service = made.state.service
    made.add_middleware(HotReads, hot=service.hot, metrics=service.metrics, showings=service.showings)
    made.add_middleware(KeyDoor, service=made.state.service)
    made.add_middleware(
        FrontDoor,
        host=settings.host,
        port=settings.port,
        public_url=settings.public_url,
        refused=_on_wrong_host,
    )
    made.add_exception_handler(HTTPException, _on_http_error)
    made.add_exception_handler(Conflict, on_conflict)
    made.add_exception_handler(Hindered, on_hindered)
    made.add_exception_handler(RequestValidationError, _on_bad_parameters)
    made.add_exception_handler(SQLAlchemyError, _on_database_error)
    made.add_exception_handler(Exception, _on_failure)
    return made


@asynccontextmanager
async def _lifespan(made: FastAPI) -> AsyncIterator[None]:
    service: Service = made.state.service
    with told_of_the_end(service.live.end):
        async with service.showings.written(service.clock):
            yield


def _service(settings: Settings, demo_banner: str | None, clock: Callable[[], datetime]) -> Service:
    engine = open_engine(settings.database, at_once=THREADS)
    banner = Banner(settings.data_dir / "banner.txt", demo_banner)
    change_log = ChangeLogStore(engine)
    return Service(
        engine=engine,
        events=EventStore(engine),
        chains=ChainStore(engine),
        articles=ArticleStore(engine),
        publishers=PublisherStore(engine),
        quarantine=QuarantineStore(engine),
        editors=EditorStore(engine),
        sessions=SessionStore(engine),
        passwords=Passwords(PasswordHasher()),  # its defaults are RFC 9106's
        administration=AdministrationStore(engine),
        editing=EditingStore(engine),
        additions=AdditionStore(engine),
        doubts=DoubtStore(engine),
        event_log=EventLogStore(engine),
        metrics=Metrics(),
        readiness=Readiness(engine),
        pipeline=Pipeline(engine, lambda: broker_in_use(settings.broker_url, settings.data_dir)),
        log=change_log,
        live=LiveLog(change_log, stream.as_sse),
        places=StreamPlaces(),
        webhooks=WebhookStore(engine),
        shown=ShownStore(engine),
        showings=Showings(ShownStore(engine)),
        gate=Gate.parse(settings.allow_addresses),
        keys=KnownKeys(KeyStore(engine)),
        key_store=KeyStore(engine),
        limits=RateLimits(settings.broker_url, settings.trusted_proxies),
        search=SearchStore(engine),
        trends=TrendStore(engine),
        trending=Trending(TrendStore(engine)),
        track_records=TrackRecordStore(engine),
        directory=DirectoryStore(engine),
        hot=_hot_replies(settings, banner, clock),
        banner=banner,
        clock=clock,
        public_url=settings.public_url,
    )


def _hot_replies(settings: Settings, banner: Banner, clock: Callable[[], datetime]) -> HotReplies:
    engine = open_engine(settings.database, at_once=1)
    publishers = PublisherStore(engine)
    return HotReplies(EventStore(engine), TouchStore(engine), lambda: surroundings(banner, publishers, clock()))


def _on_wrong_host(request: Request) -> Response:
    return _error(request, 400, NOT_OURS)


def _on_http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    response = _error(request, error.status_code, error.detail)
    response.headers.update(error.headers or {})
    if error.status_code == 405:
        response.headers["allow"] = _allowed(request)
    return response


def _allowed(request: Request) -> str:
    """Every method that an address has: the router names those of the first route there alone."""
    found: set[str] = set()
    for one in iter_route_contexts(request.app.routes):
        path = getattr(one, "path_regex", None)
        if path is not None and path.match(request.url.path):
            found |= getattr(one, "methods", None) or set()
    return ", ".join(sorted(found))


def _on_bad_parameters(request: Request, error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    failed = what_did_not_parse(error.errors())
    detail = "; ".join(f"{one['field']}: {one['detail']}" for one in failed)
    return _error(request, 422, detail, errors=failed)


def _on_database_error(request: Request, error: Exception) -> Response:
    """What the database cannot do now may be asked again; a mistake of ours is no better in a few seconds."""
    service: Service = request.app.state.service
    if not isinstance(error, SQLAlchemyError) or (met := met_outage(error, service.engine)) is None:
        raise error
    request_id = new_id("req")
    tell_of(met, request.url.path, error, request_id=request_id)
    response = _error(request, 503, words_on(met), request_id=request_id)
    response.headers["retry-after"] = RETRY_AFTER_SECONDS
    return response


def _on_failure(request: Request, error: Exception) -> Response:
    # Answered outside of all middleware, so the front door's headers are put on here.
    request_id = new_id("req")
    told = {"request_id": request_id, "method": request.method, "path": request.url.path}
    log.error("request failed", **told, error=type(error).__name__, exc_info=error)
    detail = f"Something failed on our side. It was logged as {request_id}."
    response = _error(request, 500, detail, request_id=request_id)
    service: Service = request.app.state.service
    for name, value in headers_for(request.url.path, hosts_in(request.scope), service.public_url).items():
        response.headers.setdefault(name, value)
    return response


def _error(request: Request, status: int, detail: str, **more: Any) -> Response:
    """A page for a reader who asked for one, an empty one in a frame, else problem+json with more members."""
    if not wants_page(request):
        return problem(status, detail, **more)
    if request.url.path == embed.PATH:
        return embed.nothing_to_show(request, status)
    service: Service = request.app.state.service
    return error_page(status, detail, service.banner.text(), _way_back(request.url.path, status))


def _way_back(path: str, status: int) -> str:
    """The desk's event for what was asked of one, the desk for all else there, the front page for a reader."""
    if not is_desk(path):
        return "/"
    if status == 401:
        return SIGN_IN_AT
    if found := _OF_DESK_EVENT.match(path):
        return found[1]
    return next((room for room in DESK_PAGES if path.startswith(room)), "/desk")
