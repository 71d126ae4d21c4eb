"""Every route, by who asks it, gathered once per process."""

from functools import cache

from fastapi import APIRouter
from starlette.routing import BaseRoute

from api import (
    account,
    api_page,
    audit_page,
    change_reads,
    compare_page,
    desk,
    desk_forms,
    directories,
    editor_queue,
    embed,
    event_feeds,
    event_lists,
    event_reads,
    front_page,
    health,
    history_page,
    keys_page,
    metrics,
    openapi,
    pages,
    people,
    publisher_page,
    reads,
    search,
    sign_in_page,
    site_files,
    stream,
    widget,
)
from api.additions import desk as additions_at_desk
from api.additions import routes as addition_routes
from api.editor import article_acts, event_acts, record
from api.shown import routes as shown_routes
from api.signing_in import GUARDED
from api.unknown_parameters import NOTHING_UNKNOWN, REFUSED
from api.webhooks import routes as webhook_routes

FOR_PROGRAMS = (
    *(event_lists, reads, event_reads, search, directories),
    *(change_reads, stream, webhook_routes),
    *(shown_routes, editor_queue, event_acts, article_acts, record, addition_routes),
)
# Asked from pages and by readers' programs, which add parameters of their own to addresses.
FROM_ELSEWHERE = (event_feeds, widget, embed, health, metrics, openapi)
FOR_PEOPLE = (front_page, pages, publisher_page, api_page, site_files, sign_in_page)
FOR_EDITORS = (
    *(desk, desk_forms, additions_at_desk, compare_page, history_page),
    *(account, people, keys_page, audit_page),
)


@cache
def every_route() -> list[BaseRoute]:
    """The routes, which an application may share with others: FastAPI takes 0.2 s to read them at their first use."""
    made = APIRouter()
    for room in FOR_PROGRAMS:
        made.include_router(room.router, dependencies=[NOTHING_UNKNOWN], responses=REFUSED)
    for room in (*FROM_ELSEWHERE, *FOR_PEOPLE):
        made.include_router(room.router)
    for room in FOR_EDITORS:
        made.include_router(room.router, dependencies=[GUARDED])
    return made.routes
