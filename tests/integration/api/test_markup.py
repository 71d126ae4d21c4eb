"""Whatever publishers, editors and admins write stays text on every page and in every feed."""

import re
from dataclasses import replace
from datetime import timedelta

from lxml import etree, html
from sqlalchemy import Engine
from starlette.testclient import TestClient

from api.key_store import KeyStore
from api.scopes import Scope
from cluster.action import Field
from cluster.describe_stage import describe_events
from cluster.editing import Desk
from cluster.store import EventStore
from ingest.addition import Addition
from ingest.addition_store import AdditionStore
from tests.builders import NOON, make_article, make_publisher
from tests.integration.api.at_desk import PAGE, sign_in
from tests.integration.api.every_address import every_address
from tests.integration.cluster.pipeline import NOW, publish

EVIL = """</script></style></title>"'><script>alert(1)</script><img src=x onerror=alert(2)>"""
INJECTED = re.compile(r"<script>alert|<img src=x", re.IGNORECASE)
OUR_FILES = re.compile(r"/static/[\w.]+(\?v=\w+)?")


def test_no_page_and_no_feed_takes_a_text_for_markup(engine: Engine, client: TestClient) -> None:
    by = make_publisher("ledgerpost", name=f"Ledger {EVIL}")
    articles = [
        make_article("art_1", by, title=f"Corvane halts withdrawals after a breach {EVIL}", authors=(EVIL,)),
        make_article("art_2", "coinherald", published_at=NOON + timedelta(minutes=30)),
        make_article("art_3", by, title=f"Regulator opens a talk {EVIL}", text=f"Comments are due by May. {EVIL}"),
    ]
    placed = publish(engine, *(replace(one, text=f"{one.text} {EVIL}") for one in articles))
    desk, store = Desk(engine, by="Ada", at=NOW), EventStore(engine)
    for field, value in ((Field.TITLE, EVIL), (Field.SIGNAL, "high")):
        desk.set(placed["art_1"], field, value, store.versions([placed["art_1"]]), reason=EVIL)
    desk.note(placed["art_3"], EVIL, store.versions([placed["art_3"]]))
    asked = Addition("add_1", f"https://ledgerpost.example/{EVIL}", placed["art_1"], "Ada", NOW, EVIL)
    AdditionStore(engine).ask(asked)
    KeyStore(engine).create(EVIL[:40], [Scope.READ], NOW)
    describe_events(list(placed.values()), engine=engine, now=NOW)
    sign_in(client, engine)
    pages = 0

    for address in (*every_address(client, placed, [articles[0].url]), f"/?q={EVIL}", f"/v1/events?q={EVIL}"):
        reply = client.get(address, headers=PAGE)
        kind = reply.headers.get("content-type", "").partition(";")[0]
        if kind == "text/html":
            pages += 1
            assert not INJECTED.search(reply.text), address
            found = html.fromstring(reply.text)
            scripts = [one for one in found.iter("script") if one.get("type") != "application/ld+json"]  # which is data
            assert all(OUR_FILES.fullmatch(one.get("src", "")) for one in scripts), address
            assert not [name for one in found.iter() for name in one.attrib if name.startswith("on")], address
        elif kind.endswith("xml"):
            etree.fromstring(reply.content)
            assert not INJECTED.search(reply.text), address
    assert pages >= 25
