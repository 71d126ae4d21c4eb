"""The OpenAPI document says everything there is, explains every word of it, and shows each reply."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from jsonschema import Draft202012Validator
from starlette.routing import Mount

from api.app import create_app
from api.openapi import EXAMPLES, operations
from api.outages import OUT_OF_REACH
from tests.integration.api.examples import replies_now
from tests.integration.api.seeding import settings_in

FOR_PEOPLE = ("/status", "/api", "/events/", "/articles/", "/publishers/", "/desk", "/favicon.ico", "/robots.txt")
Part = tuple[str, dict[str, Any]]


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return create_app(settings_in(Path("data"))).openapi()


def _contents(document: Mapping[str, Any]) -> Iterator[Part]:
    """Every body that is sent or taken: where, and its media type object."""
    for name, operation in operations(dict(document)):
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{name} takes {media_type}", content
        for status, response in operation["responses"].items():
            yield from ((f"{name} {status} {one}", content) for one, content in response.get("content", {}).items())


def _fields(document: Mapping[str, Any]) -> Iterator[Part]:
    for name, schema in document["components"]["schemas"].items():
        yield from ((f"{name}.{field}", said) for field, said in schema.get("properties", {}).items())


def _parameters(document: Mapping[str, Any]) -> Iterator[Part]:
    for name, operation in operations(dict(document)):
        yield from ((f"{name} {one['name']}", one) for one in operation.get("parameters", ()))


def _examples(content: Mapping[str, Any]) -> list[Any]:
    named = content.get("examples", {})
    return [*([content["example"]] if "example" in content else []), *(one["value"] for one in named.values())]


def _wrong(document: Mapping[str, Any], schema: Mapping[str, Any], example: object) -> list[str]:
    """What of an example its schema does not allow."""
    whole = {**schema, "components": document["components"]}
    return [error.message for error in Draft202012Validator(whole).iter_errors(example)]


def test_every_route_for_programs_is_in_the_document_and_no_other_is(document: dict[str, Any]) -> None:
    routes = iter_route_contexts(create_app(settings_in(Path("data"))).routes)
    paths = {str(one.path) for one in routes if not isinstance(one.original_route, Mount)}
    for_people = {path for path in paths if path == "/" or path.startswith(FOR_PEOPLE)}

    assert set(document["paths"]) == paths - for_people
    assert {"/v1/events", "/feeds/events.rss", "/embed", "/widget.js", "/openapi.json", "/healthz"} <= set(
        document["paths"]
    )


def test_every_operation_says_what_it_does_and_each_of_its_replies_when_it_comes(document: dict[str, Any]) -> None:
    for name, operation in operations(document):
        assert operation["summary"], name
        assert operation["description"], name
        assert "401" in operation["responses"], name
        assert all(response["description"].strip() for response in operation["responses"].values()), name
        errors = [one for status, one in operation["responses"].items() if status >= "400" and status != "410"]
        assert all(set(one["content"]) == {"application/problem+json"} for one in errors), name


@pytest.mark.parametrize("path", ["/v1/events/{event_id}", "/v1/resolve", "/v1/widget"])
def test_what_is_kept_ready_says_that_the_database_may_be_out_of_reach(document: dict[str, Any], path: str) -> None:
    (content,) = document["paths"][path]["get"]["responses"]["503"]["content"].values()

    assert OUT_OF_REACH in {one["detail"] for one in _examples(content)}


def test_every_field_and_parameter_is_explained(document: dict[str, Any]) -> None:
    parts = [*_fields(document), *_parameters(document)]

    assert len(parts) > 150
    assert [name for name, said in parts if not said.get("description", "").strip()] == []


def test_every_body_has_an_example(document: dict[str, Any]) -> None:
    # Replies are added to ASKED in examples.py; what cannot be asked for there is given beside its route.
    contents = dict(_contents(document))

    assert len(contents) > 40
    assert [name for name, content in contents.items() if not _examples(content)] == []


def test_every_example_is_as_its_schema_says(document: dict[str, Any]) -> None:
    bodies = [(name, content["schema"], one) for name, content in _contents(document) for one in _examples(content)]
    parts = [*_fields(document), *((name, one["schema"]) for name, one in _parameters(document))]
    fields = [(name, schema, one) for name, schema in parts for one in schema.get("examples", ())]

    assert {name: wrong for name, schema, one in [*bodies, *fields] if (wrong := _wrong(document, schema, one))} == {}


def test_the_examples_are_what_is_answered_today(tmp_path: Path) -> None:
    kept = json.loads(EXAMPLES.read_text(encoding="utf-8"))

    assert replies_now(tmp_path) == kept, "run python -m tests.integration.api.examples"
