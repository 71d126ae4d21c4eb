"""The API behind nginx, as docs/operations.md sets both."""

import http.client
import os
import re
import shutil
import ssl
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ending import listens, process, wait_until
from tests.integration.commands.operations import blocks
from tests.integration.commands.service import free_port, started

pytestmark = pytest.mark.nginx

NAME = "news.example"
# What a distribution's nginx.conf has around it; workers are of the one who runs the tests.
AROUND = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log stderr;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    {servers}
}}
"""


def _configuration(folder: Path, port: int, api: str) -> Path:
    """The page's servers, with a certificate and ports of the test's own."""
    certificate, key = folder / "own.pem", folder / "own.key"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={NAME}"]
    subprocess.run([*made, "-out", str(certificate), "-keyout", str(key)], check=True, capture_output=True)
    (servers,) = blocks("The proxy in front", "nginx")
    for told, ours, times in (
        ("listen 443 ssl", f"listen 127.0.0.1:{port} ssl", 2),
        ("http://127.0.0.1:8000", api, 1),
        (r"/etc/ssl/\S+\.pem", str(certificate), 2),
        (r"/etc/ssl/\S+\.key", str(key), 2),
    ):
        servers, changed = re.subn(told, ours, servers)
        assert changed == times, told
    path = folder / "nginx.conf"
    user = "user root;" if os.geteuid() == 0 else ""
    path.write_text(AROUND.format(folder=folder, servers=servers, user=user))
    return path


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """Where nginx listens, with the API behind it."""
    nginx, at = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin"), free_port()
    assert nginx, "no nginx: apt-get install nginx-light"
    with started(
        ["serve"],
        tmp_path / "data",
        SECONDSOURCE_PUBLIC_URL=f"https://{NAME}",
        SECONDSOURCE_TRUSTED_PROXIES="127.0.0.1",
    ) as service:
        service.wait_for(lambda: service.get("/readyz"))
        configuration = str(_configuration(tmp_path, at, service.address))
        subprocess.run([nginx, "-t", "-c", configuration], check=True, capture_output=True)
        with process([nginx, "-c", configuration]):
            wait_until(lambda: listens(at))
            yield at


def _ask(port: int, path: str, host: str = NAME, reader: str = "127.0.0.1", **headers: str) -> http.client.HTTPResponse:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    connection = http.client.HTTPSConnection(
        "127.0.0.1", port, timeout=20, context=trusting, source_address=(reader, 0)
    )
    connection.request("GET", path, headers={"Host": host, **headers})
    return connection.getresponse()


def test_readers_come_by_the_public_name_and_the_stream_is_not_held_back(port: int) -> None:
    assert _ask(port, "/healthz").status == 200
    with pytest.raises(http.client.RemoteDisconnected):
        _ask(port, "/healthz", host="other.example")
    front = _ask(port, "/", Accept="text/html")
    assert (front.status, front.getheader("content-type")) == (200, "text/html; charset=utf-8")
    assert [_ask(port, path).status for path in ("/metrics", "/metrics/pipeline")] == [404, 404]

    stream = _ask(port, "/v1/stream")
    assert stream.getheader("content-type", "").startswith("text/event-stream")
    assert stream.readline()  # what it says first, a comment within 15 s


def test_each_reader_has_a_limit_of_their_own_whoever_they_say_they_ask_for(port: int) -> None:
    def left(reader: str, **headers: str) -> str | None:
        return _ask(port, "/v1/search?q=a", reader=reader, **headers).getheader("ratelimit")

    first = left("127.0.0.2")
    assert first is not None
    assert left("127.0.0.3") == first
    assert left("127.0.0.2", **{"X-Forwarded-For": "192.0.2.7"}) not in (first, None)
