"""What Prometheus would read of the application at an address."""

from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

Sample = tuple[str, frozenset[tuple[str, str]]]


def scraped(client: TestClient, path: str) -> dict[Sample, float]:
    """Every sample, by its name and labels."""
    answer = client.get(path)
    assert answer.status_code == 200, answer.text
    families = text_string_to_metric_families(answer.text)
    return {(one.name, frozenset(one.labels.items())): one.value for family in families for one in family.samples}


def sample(name: str, **labels: str) -> Sample:
    """One of ours."""
    return f"secondsource_{name}", frozenset(labels.items())
