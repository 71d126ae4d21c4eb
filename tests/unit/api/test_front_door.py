"""Which Host is ours, and which headers a path carries."""

import pytest

from api.front_door import LOCAL_HOSTS, headers_for, is_ours


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost:8000", "LocalHost:8000", "[::1]:8000"])
def test_our_own_names_are_ours(host: str) -> None:
    assert is_ours([host], LOCAL_HOSTS, {8000})


@pytest.mark.parametrize(
    "given",
    [
        [],
        ["127.0.0.1:8000", "127.0.0.1:8000"],
        ["127.0.0.1:8001"],
        ["127.0.0.1"],
        ["127.0.0.1:"],
        ["evil.example:8000"],
        ["127.0.0.1.evil.example:8000"],
        ["[::1"],
        ["user@localhost:8000"],
        ["localhost:8000 "],
        ["localhost:\uff18000"],
    ],
)
def test_any_other_host_is_refused(given: list[str]) -> None:
    assert not is_ours(given, LOCAL_HOSTS, {8000})


def test_a_host_without_a_port_means_port_80() -> None:
    assert is_ours(["localhost"], LOCAL_HOSTS, {80})
    assert is_ours(["[::1]"], LOCAL_HOSTS, {80})


@pytest.mark.parametrize("path", ["/v1/events", "/widget.js", "/openapi.json"])
def test_reads_and_the_widget_may_be_read_from_any_site(path: str) -> None:
    assert headers_for(path)["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in headers_for(path)


@pytest.mark.parametrize("path", ["/", "/events/evt_1/x", "/status", "/static/page.css", "/healthz"])
def test_pages_may_not(path: str) -> None:
    assert "access-control-allow-origin" not in headers_for(path)


def test_what_the_frame_loads_comes_into_a_sandbox_and_nothing_else_does() -> None:
    assert headers_for("/static/embed.css")["cross-origin-resource-policy"] == "cross-origin"
    assert headers_for("/static/page.css")["cross-origin-resource-policy"] == "same-origin"


def test_no_page_may_run_inline_scripts_or_styles() -> None:
    policy = headers_for("/")["content-security-policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
