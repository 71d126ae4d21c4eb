"""Every setting, read once from the environment by worker.py, cli.py and api/app.py and handed on in parts."""

from collections.abc import Iterable, Iterator
from importlib.metadata import version
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from storage.engine import sqlite_url
from storage.spelling import meant

DEFAULT_PORTS = {"http": 80, "https": 443}
PREFIX = "SECONDSOURCE_"
IN_A_FILE = "_file"
PROXIES_ARE = "it takes addresses and networks, such as 127.0.0.1,10.0.0.0/8; names do not work"
# What tests and measurements are told by the environment, which a command may inherit from them.
OF_DEVELOPERS = frozenset(PREFIX + name for name in ("CORPUS", "OPERATIONS", "PAIRS", "SEED"))


class Settings(BaseSettings):
    """What an operator can set. Names in the environment carry the prefix `SECONDSOURCE_`.

    Raises:
        pydantic.ValidationError: when a value does not parse.
    """

    # An empty variable is an unset one, and what does not parse may hold a password.
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(
        default=Path("data"), description="Folder for the embedded database, broker and the exported model."
    )
    # What holds a password may be read from a file, as containers and systemd hand secrets over. The file's name is
    # declared first: a validator sees what stands before its own field.
    database_url_file: Path | None = Field(default=None, description="A file that holds the database URL.")
    database_url: str | None = Field(
        default=None, validate_default=True, description="postgresql://…; unset: SQLite in the data folder."
    )
    broker_url_file: Path | None = Field(default=None, description="A file that holds the broker URL.")
    broker_url: str | None = Field(
        default=None, validate_default=True, description="redis://…; unset: a Valkey server started by `run`."
    )
    host: str = Field(default="127.0.0.1", description="Address the API and pages listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="Port of the API and pages.")
    public_url: str | None = Field(
        default=None,
        description="Where readers find the pages when a proxy stands in front, https://NAME: that name is answered "
        "too, and links carry it.",
    )
    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = Field(
        default=(),
        description="Proxies whose X-Forwarded-For is believed, as addresses or CIDRs, separated by commas: limits "
        "count by the client's address.",
    )
    contact: str = Field(default="", description="Address or URL in the User-Agent, so that publishers can reach you.")
    allow_addresses: Annotated[tuple[str, ...], NoDecode] = Field(
        default=(), description="Private addresses that may be fetched, as host:port or CIDR:port, separated by commas."
    )
    max_age_days: float = Field(
        default=7, gt=0, description="Entries older than this at a feed's first poll are `too_old`."
    )
    keep_text_days: float = Field(
        default=30,
        ge=4,  # events are open for three days, and what joins them is compared with their texts
        description="Days after which full texts are dropped; headlines, excerpts and what was read in them stay. At "
        "least 4. publishers.toml may grant more.",
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="debug, info, warning or error."
    )
    log_format: Literal["auto", "text", "json"] = Field(
        default="auto", description="text for people, json for programs; auto: text on a terminal, else json."
    )

    @field_validator("database_url", "broker_url")
    @classmethod
    def _secret(cls, value: str | None, info: ValidationInfo) -> str | None:
        path: Path | None = info.data.get(f"{info.field_name}{IN_A_FILE}")
        if path is None:
            return value
        if value is not None:
            raise ValueError(f"{_named(info)}{IN_A_FILE.upper()} is set too: unset one of the two")
        return _content(path, _named(info) + IN_A_FILE.upper())

    @field_validator("allow_addresses", mode="before")
    @classmethod
    def _addresses(cls, value: object) -> object:
        return _parts(value)

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _networks(cls, value: object) -> object:
        try:
            return tuple(ip_network(part) for part in _parts(value))
        except ValueError as error:
            raise ValueError(PROXIES_ARE) from error

    @field_validator("public_url")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        """Scheme, name and port as a browser's Host header has them: in ASCII, a scheme's own port left out."""
        if value is None:
            return None
        try:
            parts = urlsplit(value)
            name = (parts.hostname or "").encode("idna").decode()
            port = "" if parts.port in (None, DEFAULT_PORTS.get(parts.scheme)) else f":{parts.port}"
        except ValueError:
            name, port = "", ""
        more = parts.path.strip("/") or parts.query or parts.fragment or parts.username if name else None
        if not name or parts.scheme not in DEFAULT_PORTS or more:
            raise ValueError("it has to look like https://news.example, without a path")
        return f"{parts.scheme}://{f'[{name}]' if ':' in name else name}{port}"

    @property
    def model_dir(self) -> Path:
        """Folder of the exported model."""
        return self.data_dir / "model"

    @property
    def user_agent(self) -> str:
        """What we call ourselves to publishers."""
        contact = f" (+{self.contact})" if self.contact else ""
        return f"SecondSource/{version('secondsource')}{contact}"

    @property
    def database(self) -> str:
        """The database's URL, the embedded one when none is set."""
        return self.database_url or sqlite_url(self.data_dir.resolve() / "secondsource.db")


def _named(info: ValidationInfo) -> str:
    return f"{PREFIX}{info.field_name}".upper()


def _content(path: Path, setting: str) -> str:
    """A secret without the space around it; no error repeats any of it."""
    try:
        content = path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ValueError(f"the file {path} of {setting} cannot be read ({error.strerror})") from error
    except UnicodeDecodeError:
        raise ValueError(f"the file {path} of {setting} is no text") from None
    if not content:
        raise ValueError(f"the file {path} of {setting} is empty")
    return content


def _parts(value: Any) -> Any:
    """What stands between commas; what is no text, as it is."""
    return tuple(part.strip() for part in value.split(",") if part.strip()) if isinstance(value, str) else value


def unknown_settings(environment: Iterable[str]) -> Iterator[str]:
    """A sentence for each name of an environment that looks like a setting and is none, for whoever mistyped it."""
    known = {name.upper() for name in Settings.model_fields}
    for name in sorted(environment):
        own = name.upper().removeprefix(PREFIX)
        if name.upper().startswith(PREFIX) and own not in known and PREFIX + own not in OF_DEVELOPERS:
            near = meant(own, known)
            yield f"unknown setting {name}: {f'did you mean {PREFIX}{near}? ' if near else ''}Ignored."
