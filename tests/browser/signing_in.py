"""An editor signs in, as the link that is printed at the start has them do."""

from datetime import UTC, datetime

from playwright.sync_api import Page, expect
from sqlalchemy import Engine

from api.store import EditorStore


def sign_in(page: Page, address: str, engine: Engine, name: str = "Ada") -> None:
    """Has a browser's page stand at the desk of a site, as an editor who is added when new."""
    use_link(page, address, EditorStore(engine).invite(name, datetime.now(UTC)), name)


def use_link(page: Page, address: str, token: str, name: str) -> None:
    """The same by the token of a link that was made before."""
    page.goto(f"{address}/desk/sign-in?token={token}")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_text(f"Signed in as {name}")).to_be_visible()
