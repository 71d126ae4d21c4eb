"""What an operator sets is read, or refused in words."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from storage.settings import OF_DEVELOPERS, Settings, unknown_settings


@pytest.mark.parametrize(
    ("given", "read"),
    [
        ("https://news.example", "https://news.example"),
        ("https://News.example:443/", "https://news.example"),
        ("http://news.example:8080", "http://news.example:8080"),
        ("https://nächst.example", "https://xn--nchst-gra.example"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
    ],
)
def test_the_public_address_is_kept_as_a_browser_names_it(given: str, read: str) -> None:
    assert Settings(public_url=given).public_url == read


@pytest.mark.parametrize(
    "given", ["news.example", "ftp://news.example", "https://", "https://news.example/crypto", "https://a:b@news.example",
              "https://news.example:port", "https://news.example/?a", "https://[1"]
)  # fmt: skip
def test_a_public_address_that_is_none_is_refused(given: str) -> None:
    with pytest.raises(ValidationError, match="without a path"):
        Settings(public_url=given)


def test_trusted_proxies_are_addresses_or_networks() -> None:
    read = Settings(trusted_proxies="127.0.0.1, 10.0.0.0/8,fd00::/8")  # type: ignore[arg-type]
    assert [str(one) for one in read.trusted_proxies] == ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"]
    with pytest.raises(ValidationError):
        Settings(trusted_proxies="proxy.example")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            "SECONDSOURCE_BROKER_ULR",
            "unknown setting SECONDSOURCE_BROKER_ULR: did you mean SECONDSOURCE_BROKER_URL? Ignored.",
        ),
        (
            "secondsource_public",
            "unknown setting secondsource_public: did you mean SECONDSOURCE_PUBLIC_URL? Ignored.",
        ),
        ("SECONDSOURCE_COLOUR", "unknown setting SECONDSOURCE_COLOUR: Ignored."),
    ],
)
def test_a_setting_that_does_not_exist_is_named_with_the_one_that_was_meant(given: str, said: str) -> None:
    known = [f"SECONDSOURCE_{name.upper()}" for name in Settings.model_fields]

    assert list(unknown_settings([*known, *OF_DEVELOPERS, "secondsource_port", "PATH", given])) == [said]


SECRETS = ["DATABASE_URL", "BROKER_URL"]


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_is_read_from_a_file(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("scheme://user:geheim@host/0\n")
    monkeypatch.setenv(f"SECONDSOURCE_{name}", "")  # empty is unset
    monkeypatch.setenv(f"SECONDSOURCE_{name}_FILE", str(tmp_path / "secret"))

    assert getattr(Settings(), name.lower()) == "scheme://user:geheim@host/0"


@pytest.mark.parametrize("name", SECRETS)
def test_a_secret_that_is_given_twice_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").write_text("geheim")
    monkeypatch.setenv(f"SECONDSOURCE_{name}", "verborgen")
    monkeypatch.setenv(f"SECONDSOURCE_{name}_FILE", str(tmp_path / "secret"))

    with pytest.raises(ValidationError, match=f"SECONDSOURCE_{name}_FILE is set too: unset one") as refused:
        Settings()

    assert "geheim" not in str(refused.value)
    assert "verborgen" not in str(refused.value)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot be read .No such file or directory."),
        (b" \n", "is empty"),
        (b"geheim\xff", "is no text"),
    ],
)
def test_a_secret_that_cannot_be_read_is_named_by_its_file_alone(
    content: bytes | None, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        (tmp_path / "secret").write_bytes(content)
    monkeypatch.setenv("SECONDSOURCE_BROKER_URL_FILE", str(tmp_path / "secret"))

    with pytest.raises(ValidationError, match=f"{tmp_path}/secret of SECONDSOURCE_BROKER_URL_FILE {reason}") as refused:
        Settings()

    assert "geheim" not in str(refused.value)
