"""OPML lists are imported with a line for each entry, and what is exported comes back the same."""

from pathlib import Path
from urllib.parse import urlsplit

import pytest

from commands.demo_folder import MARKER
from ingest.article import Standing
from ingest.fetching import MAX_BYTES
from ingest.store import PublisherStore
from storage.engine import open_engine
from storage.settings import Settings
from tests.integration.commands.site import serving
from tests.integration.commands.test_publishers import runner

LIST = """<opml version="2.0"><body>
<outline text="News"><outline text="Asia">
  <outline text="Ledger Post" xmlUrl="https://ledgerpost.example/feed"/>
  <outline text="Ledger Post again" xmlUrl="http://ledgerpost.example/feed/"/>
</outline></outline>
<outline text="CoinDesk" xmlUrl="https://www.coindesk.com/arc/outboundfeeds/rss/"/>
<outline text="Not CoinDesk" xmlUrl="https://copycat.example/feed" htmlUrl="https://www.coindesk.com"/>
<outline text="Nothing"/><outline text="Script" xmlUrl="javascript:alert(1)"/>
</body></opml>"""


def stored(folder: Path) -> dict[str, tuple[str, str | None, bool, str]]:
    engine = open_engine(Settings(data_dir=folder).database)
    try:
        feeds = PublisherStore(engine).list()
        return {feed.url: (feed.publisher.id, feed.folder, feed.enabled, feed.language) for feed in feeds}
    finally:
        engine.dispose()


def test_every_entry_is_answered_and_a_second_time_nothing_is_new(tmp_path: Path) -> None:
    run = runner(tmp_path)
    (tmp_path / "list.opml").write_text(LIST)

    first = run("import", str(tmp_path / "list.opml"))
    once = stored(tmp_path)
    second = run("import", str(tmp_path / "list.opml"))

    assert first.exit_code == second.exit_code == 0
    verdicts = [line.split("  ")[0] for line in first.output.splitlines()[:6]]
    assert verdicts == [
        "added",
        "twice in this list",
        "already there",
        "added",
        "no address",
        "not an http(s) address",
    ]
    assert "6 entries: 2 added, 1 already there, 1 twice in this list, 1 no address" in first.output
    assert "in News/Asia" in first.output
    assert once["https://ledgerpost.example/feed"] == ("ledgerpost-example", "News/Asia", True, "en")
    assert once["https://copycat.example/feed"][0] == "coindesk-com"
    assert "nothing new" in second.output
    assert stored(tmp_path) == once


def test_a_private_address_is_refused_with_the_setting_that_opens_it(tmp_path: Path) -> None:
    run = runner(tmp_path)
    (tmp_path / "list.opml").write_text('<opml><body><outline xmlUrl="http://10.0.0.5/feed"/></body></opml>')

    refused = run("import", str(tmp_path / "list.opml"))

    assert "1 entry: 1 refused address" in refused.output
    assert "SECONDSOURCE_ALLOW_ADDRESSES" in refused.output
    assert "1 added" in run("import", str(tmp_path / "list.opml"), ports="10.0.0.5:80").output


def test_one_thing_is_spoken_of_as_one(tmp_path: Path) -> None:
    run = runner(tmp_path)
    (tmp_path / MARKER).write_text("")  # the demo's folder has no listed publishers
    (tmp_path / "list.opml").write_text('<opml><body><outline xmlUrl="https://ledgerpost.example/feed"/></body></opml>')

    assert "1 entry: 1 added" in run("import", str(tmp_path / "list.opml")).output
    assert run("list").output.endswith("\n1 feed of 1 publisher\n")
    run("off", "ledgerpost-example")
    assert "; 1 more is off, --all shows it" in run("list").output
    assert run("export", "--out", str(tmp_path / "out.opml")).output.startswith("1 feed in ")


def test_a_list_cannot_make_its_publishers_established(tmp_path: Path) -> None:
    run = runner(tmp_path)
    claim = 'xmlns:s="urn:secondsource:opml" s:standing="established" xmlUrl="https://ledgerpost.example/feed"'
    (tmp_path / "list.opml").write_text(f"<opml><body><outline {claim}/></body></opml>")

    run("import", str(tmp_path / "list.opml"))

    assert "unrated" in run("status", "ledgerpost-example").output


def test_established_is_the_operators_word(tmp_path: Path) -> None:
    run = runner(tmp_path)
    (tmp_path / "list.opml").write_text(LIST)

    run("import", str(tmp_path / "list.opml"), "--established")

    assert Standing.ESTABLISHED in run("status", "ledgerpost-example").output


def test_of_a_broken_list_what_can_be_read_is_taken(tmp_path: Path) -> None:
    run = runner(tmp_path)
    (tmp_path / "list.opml").write_text(LIST.replace("Ledger Post again", "A & B").replace("</body>", ""))

    done = run("import", str(tmp_path / "list.opml"))

    assert done.exit_code == 0
    assert "the list is broken" in done.output
    assert "https://ledgerpost.example/feed" in stored(tmp_path)


def test_a_list_comes_from_a_url_too(tmp_path: Path) -> None:
    run = runner(tmp_path)
    with serving({"/list.opml": ("text/x-opml", LIST.encode())}) as site:
        port = urlsplit(site.address).netloc
        done = run("import", f"{site.address}/list.opml", ports=port)
        gone = run("import", f"{site.address}/gone.opml", ports=port)

    assert "2 added" in done.output
    assert (gone.exit_code, "http_4xx" in gone.output) == (2, True)
    assert "SECONDSOURCE_ALLOW_ADDRESSES" in run("import", "http://127.0.0.1:1/list.opml").output


def test_no_password_is_repeated(tmp_path: Path) -> None:
    run = runner(tmp_path)
    locked = '<opml><body><outline text="Locked" xmlUrl="https://ann:secret@a.example/feed"/></body></opml>'
    with serving({"/list.opml": ("text/xml", locked.encode()), "/empty.opml": ("text/xml", b"<opml/>")}) as site:
        port, base = f"127.0.0.1:{site.server_port}", site.address.replace("//", "//ann:secret@")
        said = [run("import", f"{base}/{name}.opml", ports=port).output for name in ("list", "empty", "gone")]
        said.append(run("add", "https://ann:secret@a.example/feed", "--yes").output)

    assert "https://a.example/feed" in said[0]
    assert f"{site.address}/empty.opml: no feed found" in said[1]
    assert f"{site.address}/gone.opml" in said[2]
    assert "secret" not in "".join(said)


def test_what_a_list_says_does_not_steer_the_terminal(tmp_path: Path) -> None:
    run = runner(tmp_path)
    (tmp_path / "list.opml").write_text(
        '<opml><body><outline text="&#155;2J&#x202e;Post" xmlUrl="https://a.example/&#155;2J"/></body></opml>'
    )

    said = run("import", str(tmp_path / "list.opml")).output

    assert "1 added" in said  # C1 controls stand for what Windows has in their places
    assert "\x9b" not in said
    assert "\u202e" not in said


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "No such file"),
        (b"", "xmlUrl"),
        (b"<html><body>A page</body></html>", "xmlUrl"),
        (b"x" * (MAX_BYTES + 1), "larger than 5 MiB"),
    ],
)
def test_what_is_no_list_is_refused_in_a_sentence(tmp_path: Path, content: bytes | None, said: str) -> None:
    if content is not None:
        (tmp_path / "list.opml").write_bytes(content)

    done = runner(tmp_path)("import", str(tmp_path / "list.opml"))

    assert done.exit_code == 2
    assert said in done.output


def test_an_export_makes_the_same_feeds_in_an_empty_database(tmp_path: Path) -> None:
    here, there = runner(tmp_path / "here"), runner(tmp_path / "there")
    (tmp_path / "list.opml").write_text(LIST.replace('text="CoinDesk"', 'text="CoinDesk" language="en"'))
    here("import", str(tmp_path / "list.opml"))
    here("off", "ledgerpost-example")

    assert "125 feeds" in here("export", "--out", str(tmp_path / "all.opml")).output
    assert there("import", str(tmp_path / "all.opml")).exit_code == 0

    assert stored(tmp_path / "there") == stored(tmp_path / "here")
    assert here("export").output.startswith("<?xml")
    assert here("export", "--out", str(tmp_path / "no" / "where.opml")).exit_code == 2
