"""The examples of the OpenAPI document: real replies on one invented event, kept in `api/examples.json`.

`python -m tests.integration.api.examples` writes them anew.
"""

import hashlib
import json
import re
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from httpx2 import Response
from sqlalchemy import Engine, update
from starlette.testclient import TestClient

from api.additions.replies import ADDITION_ID
from api.key_store import KeyStore
from api.openapi import EXAMPLES
from api.replies import OTHER_EVENT_ID
from api.scopes import Scope
from api.webhooks.store import WebhookStore
from api.webhooks.webhook import Delivery
from cluster.doubt_store import replace_doubts
from cluster.doubts import Clue, Doubt, DoubtKind, Side
from cluster.event import Status
from cluster.reading_store import ReadingStore
from cluster.tables import events
from ingest.outcome import Outcome
from ingest.store import ArticleStore
from storage.engine import writing
from tests.integration.api.seeding import client_of, end_event, migrated, seed_event, settings_in
from tests.integration.cluster.pipeline import read
from tests.unit.api.builders import NOON, make_article, make_event, make_full_event, make_member

LONGEST_TEXT = 4000  # characters of a reply that is no JSON; of a longer one the first line is shown
_EVENT, _NEW = "/v1/events/evt_1", "/v1/events/evt_new"
_OF_AN_EVENT = {
    "200": _EVENT,
    "307": "/v1/events/evt_merged",
    "404": "/v1/events/evt_none",
    "410": "/v1/events/evt_removed",
}

# What is asked for each reply: operation -> status -> address.
ASKED: dict[str, dict[str, str]] = {
    "GET /v1/events": {"200": "/v1/events?limit=1", "422": "/v1/events?limit=101"},
    "GET /v1/events/{event_id}": _OF_AN_EVENT | {"503": _NEW},
    "GET /v1/events/{event_id}/history": {
        **{status: f"{path}/history" for status, path in _OF_AN_EVENT.items()},
        "200": f"{_EVENT}/history?limit=2",
        "422": f"{_EVENT}/history?limit=0",
    },
    "GET /v1/events/{event_id}/related": {
        status: f"{path}/related" for status, path in (_OF_AN_EVENT | {"503": _NEW}).items()
    },
    "GET /v1/events/{event_id}/timeline": {
        status: f"{path}/timeline" for status, path in (_OF_AN_EVENT | {"503": _NEW}).items()
    },
    "GET /v1/articles": {"200": "/v1/articles?publisher=coin-courier", "422": "/v1/articles?cursor=none"},
    "GET /v1/articles/{article_id}": {
        "200": "/v1/articles/art_3",
        "404": "/v1/articles/art_none",
        "410": "/v1/articles/art_7",
    },
    "GET /v1/resolve": {
        "200": "/v1/resolve?url=https://coin-courier.example/art_3",
        "404": "/v1/resolve?article_id=art_none",
        "410": "/v1/resolve?event_id=evt_removed",
        "422": "/v1/resolve",
        "503": "/v1/resolve?event_id=evt_new",
    },
    "GET /feeds/events.rss": {"200": "/feeds/events.rss?limit=1", "422": "/feeds/events.rss?limit=101"},
    "GET /feeds/events.atom": {"200": "/feeds/events.atom?limit=1", "422": "/feeds/events.atom?limit=101"},
    "GET /feeds/events.json": {"200": "/feeds/events.json?limit=1", "422": "/feeds/events.json?limit=101"},
    "GET /v1/search": {"200": "/v1/search?q=closed+bets&limit=1", "422": "/v1/search?q=%22%22"},
    "GET /v1/themes": {"200": "/v1/themes"},
    "GET /v1/assets": {"200": "/v1/assets?limit=2", "422": "/v1/assets?cursor=none"},
    "GET /v1/publishers": {"200": "/v1/publishers?limit=2", "422": "/v1/publishers?limit=0"},
    "GET /v1/trends": {"200": "/v1/trends"},
    "GET /v1/changes": {"200": "/v1/changes?after=4&limit=2", "422": "/v1/changes?after=last"},
    "GET /v1/stream": {"422": "/v1/stream?signal=loud"},
    "GET /widget.js": {"200": "/widget.js"},
    "GET /v1/widget": {
        "200": "/v1/widget?url=https://coin-courier.example/art_3",
        "404": "/v1/widget?event=evt_none",
        "422": "/v1/widget",
    },
    "GET /embed": {
        "200": "/embed?url=https://coin-courier.example/art_3",
        "404": "/embed?event=evt_none",
        "422": "/embed",
    },
    "GET /healthz": {"200": "/healthz"},
    "GET /readyz": {"200": "/readyz"},
}
# What an editor's program does one after the other to the invented event: operation -> address, body.
DONE: dict[str, tuple[str, dict[str, Any]]] = {
    "POST /v1/editor/events/{event_id}/note": ("events/evt_1/note", {"text": "Ask the exchange again."}),
    "POST /v1/editor/events/{event_id}/title": ("events/evt_1/title", {"title": "Bitcoin falls, and bets with it"}),
    "POST /v1/editor/events/{event_id}/lead": ("events/evt_1/lead", {"article": "art_3"}),
    "POST /v1/editor/events/{event_id}/theme": ("events/evt_1/theme", {"theme": "price"}),
    "POST /v1/editor/events/{event_id}/signal": (
        "events/evt_1/signal",
        {"level": "medium", "reason": "One data firm."},
    ),
    "POST /v1/editor/events/{event_id}/pin": ("events/evt_1/pin", {}),
    "POST /v1/editor/events/{event_id}/unpin": ("events/evt_1/unpin", {}),
    "POST /v1/editor/events/{event_id}/hide": ("events/evt_1/hide", {"reason": "Waiting for the exchange."}),
    "POST /v1/editor/events/{event_id}/show": ("events/evt_1/show", {}),
    "POST /v1/editor/events/{event_id}/lock": ("events/evt_1/lock", {}),
    "POST /v1/editor/events/{event_id}/unlock": ("events/evt_1/unlock", {}),
    "POST /v1/editor/events/{event_id}/dismiss": ("events/evt_1/dismiss", {"kind": "suggested_split"}),
    "POST /v1/editor/pairs": ("pairs", {"link": "must_link", "article": "art_3", "other": "art_4"}),
    "POST /v1/editor/events/{event_id}/merge": ("events/evt_1/merge", {"other": "evt_small", "reason": "One slide."}),
    "POST /v1/editor/events/{event_id}/split": ("events/evt_1/split", {"articles": ["art_9"]}),
    "POST /v1/editor/articles/{article_id}/move": ("articles/art_5/move", {"event": None, "reason": "A comment."}),
    "POST /v1/editor/undo": ("undo", {"seq": 12, "reason": "It is two happenings after all."}),
}
STALE = 24  # the version of the invented event behind which two changes are left when all is done
NOT_MIGRATED = {"GET /readyz": {"503": "/readyz"}}


def replies_now(folder: Path) -> dict[str, dict[str, Any]]:
    """What the application answers to each address of ASKED, by operation and status."""
    settings = settings_in(folder)
    with client_of(settings) as client:
        unready = _answers(client, NOT_MIGRATED)
    engine = migrated(settings)
    seed_examples(engine)
    _leave_undescribed(engine, "evt_new")
    with client_of(settings) as client:
        ready = _answers(client, ASKED) | _webhooks(client, engine)
        ready |= _shown(client, engine) | _queue(client, engine) | _additions(client) | _edited(client, engine)
    return {name: ready[name] | unready.get(name, {}) for name in ready}


def _shown(client: TestClient, engine: Engine) -> dict[str, dict[str, Any]]:
    """Where the event is shown, for an editor's program."""
    client.app.state.service.showings.write(NOON)  # type: ignore[attr-defined]
    key = KeyStore(engine).create("desk", [Scope.EDITOR], NOON)
    client.headers["authorization"] = f"Bearer {key}"
    asked = {status: f"{_OF_AN_EVENT[status]}/shown".replace("/v1", "/v1/editor") for status in ("200", "404")}
    return _answers(client, {"GET /v1/editor/events/{event_id}/shown": asked})


def _edited(client: TestClient, engine: Engine) -> dict[str, dict[str, Any]]:
    """What an editor's program does, with the key that `_shown` made, and the record of it."""
    seed_edited(engine)
    done = {name: {"200": _opened(client.post(f"/v1/editor/{path}", json=body))} for name, (path, body) in DONE.items()}
    title = "POST /v1/editor/events/{event_id}/title"
    stale = client.post("/v1/editor/events/evt_1/title", json={"title": "Bitcoin slides", "versions": {"evt_1": STALE}})
    done[title]["409"] = json.loads(_permanent(stale.text))
    audit, history = "GET /v1/editor/audit", "GET /v1/editor/events/{event_id}/history"
    return done | {
        audit: {"200": _opened(client.get("/v1/editor/audit?limit=2"))},
        history: {"200": _opened(client.get("/v1/editor/events/evt_1/history?limit=2"))},
    }


def _opened(reply: Response) -> Any:
    """A reply with the same id for an event that it opened, whenever it is made."""
    assert reply.is_success, reply.text
    return json.loads(_permanent(re.sub(r"evt_[0-9a-f]{16}", OTHER_EVENT_ID, reply.text)))


def _additions(client: TestClient) -> dict[str, dict[str, Any]]:
    """A report that is missing in the event, asked for by the same program."""
    path, every = "/v1/editor/articles", "/v1/editor/articles/additions/{addition_id}"
    made = client.post(path, json={"url": "https://harbour-ledger.example/corvane", "event_id": "evt_1"})
    one = client.get(f"{path}/additions/{made.json()['data']['id']}")
    shown = [json.loads(re.sub(r"add_\w{16}", ADDITION_ID, reply.text)) for reply in (made, one)]
    return {f"POST {path}": {"202": shown[0]}, f"GET {every}": {"200": shown[1]}}


def _webhooks(client: TestClient, engine: Engine) -> dict[str, dict[str, Any]]:
    """The life of a webhook, by a key that may have some."""
    key = KeyStore(engine).create("app", [Scope.WEBHOOKS], NOON)
    client.headers["authorization"] = f"Bearer {key}"
    asked = {"url": "https://app.example/hook", "types": ["merged", "signal_changed"], "after": 4}
    made = client.post("/v1/webhooks", json=asked)
    one, every = f"/v1/webhooks/{made.json()['data']['id']}", "/v1/webhooks/{webhook_id}"
    (claimed,) = WebhookStore(engine).claim(NOON, 10**6, NOON, 1)
    taken = Delivery(f"msg_{claimed.id}_7", "merged", 7, 1, NOON, 83, Outcome.OK, 204)
    WebhookStore(engine).took(claimed, taken, NOON)
    return {
        "POST /v1/webhooks": {"201": _known(made)},
        "GET /v1/webhooks": {"200": _known(client.get("/v1/webhooks"))},
        f"GET {every}": {"200": _known(client.get(one))},
        f"GET {every}/deliveries": {"200": _known(client.get(f"{one}/deliveries"))},
        f"POST {every}/rotate": {"200": _known(client.post(f"{one}/rotate"))},
        f"POST {every}/enable": {"200": _known(client.post(f"{one}/enable"))},
        f"POST {every}/ping": {"202": _known(client.post(f"{one}/ping"))},
    }


def _queue(client: TestClient, engine: Engine) -> dict[str, dict[str, Any]]:
    """A doubt about the invented event, by a key that may edit."""
    client.headers["authorization"] = f"Bearer {KeyStore(engine).create('ada', [Scope.EDITOR], NOON)}"
    clues = (
        Clue("report", Side.HERE, "Bitcoin slips under $60,000 as forced closings pass $1 billion", ("art_1",)),
        Clue("figure", Side.HERE, "more than $1 billion", ("art_1",)),
        Clue("figure", Side.THERE, "$967 million", ("art_3", "art_4")),
    )
    text = "Reports differ on liquidations: more than $1 billion (Harbour Ledger), $967 million (Coin Courier)."
    doubt = Doubt("evt_1", DoubtKind.DISPUTED_FIGURES, 0.9, text, clues)
    with writing(engine) as connection:
        replace_doubts(connection, ["evt_1"], [doubt.kind], [doubt])
    asked = {"200": "/v1/editor/queue?limit=1", "422": "/v1/editor/queue?kind=other"}
    return _answers(client, {"GET /v1/editor/queue": asked})


def _known(reply: Response) -> Any:
    """A reply with the same id and secret whenever it is made."""
    assert reply.is_success, reply.text
    text = re.sub(r"whk_\w{16}", "whk_51c0a7d9e2f4b836", reply.text)
    return json.loads(re.sub(r'whsec_[^"]*', "whsec_bGFudGVybi1icmlkZ2UtYW5kLWhhcmJvdXItbGVkZ2Vy", text))


def seed_edited(engine: Engine) -> None:
    """Stores what DONE needs beside the invented event: one to be merged into it, and what was read in all articles."""
    seed_event(engine, make_event(make_member(make_article("art_9", minutes=-9)), event_id="evt_small"))
    read(engine, ReadingStore(engine).unread(limit=100))


def seed_examples(engine: Engine) -> None:
    """Stores the invented event, one that was merged into it, one that was removed with its article and a small one."""
    seed_event(engine, make_full_event())
    for number, event_id in enumerate(("evt_merged", "evt_removed", "evt_new"), start=6):
        seed_event(engine, make_event(make_member(make_article(f"art_{number}", minutes=-number)), event_id=event_id))
    end_event(engine, "evt_merged", Status.MERGED, "evt_1")
    end_event(engine, "evt_removed", Status.REMOVED)
    ArticleStore(engine).remove(["art_7"], NOON)


def _leave_undescribed(engine: Engine, event_id: str) -> None:
    with writing(engine) as connection:
        connection.execute(update(events).where(events.c.id == event_id).values(description=None))


def _answers(client: TestClient, asked: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, Any]]:
    return {
        name: {status: _answer(client, path, int(status)) for status, path in paths.items()}
        for name, paths in asked.items()
    }


def _answer(client: TestClient, path: str, status: int) -> Any:
    reply = client.get(path)
    assert reply.status_code == status, (path, reply.status_code)
    if "json" in reply.headers["content-type"]:
        return json.loads(_permanent(reply.text))
    return _permanent(reply.text) if len(reply.text) <= LONGEST_TEXT else reply.text.partition("\n")[0]


def _permanent(text: str) -> str:
    """The text with ids that look like the real ones instead of the tests' short ones."""
    return re.sub(r"\b(evt|art)_(\w{1,8})\b", lambda found: f"{found[1]}_{_digits(found[0])}", text)


def _digits(short_id: str) -> str:
    return hashlib.blake2b(short_id.encode(), digest_size=8).hexdigest()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = replies_now(Path(folder))
    EXAMPLES.write_text(json.dumps(made, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
