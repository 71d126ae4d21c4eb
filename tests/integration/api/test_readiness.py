"""A process is ready when its database answers in time, and says why when it is not."""

from pathlib import Path
from threading import Event

from sqlalchemy import Engine, event
from starlette.testclient import TestClient

from api.app import create_app
from api.readiness import OTHER_SCHEMA, SLOW, UNREACHABLE, Readiness
from storage.engine import open_engine
from storage.settings import Settings
from tests.integration.api.seeding import BASE_URL, client_of, settings_in
from tests.integration.commands.service import free_port


def test_a_database_that_hangs_holds_one_question_and_is_not_ready(engine: Engine, settings: Settings) -> None:
    app, goes_on, asked = create_app(settings), Event(), list[int]()

    def hang(*_: object) -> None:
        asked.append(1)
        goes_on.wait(30)

    event.listen(app.state.service.engine, "before_cursor_execute", hang)
    with TestClient(app, base_url=BASE_URL) as client:
        slow = [client.get("/readyz") for _ in range(2)]
        assert client.get("/healthz").status_code == 200
        goes_on.set()
        assert app.state.service.readiness.wrong() is None

    assert [(one.status_code, one.json()["detail"]) for one in slow] == [(503, SLOW)] * 2
    assert len(asked) < 5  # one look's queries, not three


def test_a_server_that_is_gone_and_another_schema_are_told_apart(tmp_path: Path) -> None:
    gone = open_engine(f"postgresql://tests:geheim@127.0.0.1:{free_port()}/news")
    assert Readiness(gone).wrong() == UNREACHABLE
    with client_of(settings_in(tmp_path)) as client:
        assert client.get("/readyz").json()["detail"] == OTHER_SCHEMA
