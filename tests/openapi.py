"""Checks calls and deliveries against GitHub's OpenAPI description.

The complete description is slow to load, so it is reduced to the simulated part, which is cached in
`.cache/`. Checks every request of the bot and every answer of the simulator:

    contract = Contract()
    create_app(simulator, middlewares=[contract.check])
    ...
    assert not contract.violations
"""

import functools
import hashlib
import json
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiohttp import web
from jsonschema_path import SchemaPath
from openapi_core import Config, OpenAPI, V30RequestValidator, V30ResponseValidator
from openapi_core.datatypes import RequestParameters
from openapi_core.exceptions import OpenAPIError
from openapi_core.templating.paths.finders import APICallPathFinder
from openapi_core.validation.schemas.factories import SchemaValidatorsFactory
from openapi_core.validation.schemas.validators import SchemaValidator
from openapi_schema_validator import OAS30ReadValidator, OAS30Validator, OAS30WriteValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012
from werkzeug.datastructures import ImmutableMultiDict

from github_simulator.api import ROUTES
from github_simulator.edits import ON_PURPOSE
from tests.npm.paths import material

CACHE = Path(__file__).resolve().parent.parent / ".cache"
SERVER = "https://api.github.com"
EVENTS = (
    "check-run",
    "check-suite",
    "issue-comment",
    "merge-group",
    "pull-request",
    "pull-request-review",
    "pull-request-review-comment",
    "pull-request-review-thread",
)
_NAME = "urn:github"
_PLACES = 1 << 16  # more than the cut has
_DOCUMENTED_FAILURE = 400
_REDIRECT = 300
_FOUND = 302
_SERVER_ERROR = 500


@functools.cache
def description() -> dict[str, Any]:
    """GitHub's description, reduced to the simulated paths and the deliveries."""
    source = material("openapi", "generated", "api.github.com.json")
    version = material("openapi", "package.json").read_bytes()
    wanted = sorted({route.template for route in ROUTES})
    named = hashlib.sha256(version + repr((wanted, EVENTS)).encode() + Path(__file__).read_bytes())
    kept = CACHE / f"openapi-{named.hexdigest()[:16]}.json"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        fresh = kept.with_suffix(f".{os.getpid()}")  # other workers may be writing it, too
        fresh.write_text(json.dumps(_cut(json.loads(source.read_bytes()), wanted)))
        for stale in kept.parent.glob("openapi-*.json"):
            stale.unlink(missing_ok=True)
        fresh.rename(kept)
    cut: dict[str, Any] = json.loads(kept.read_bytes())
    return cut


@functools.cache
def contract_reader() -> OpenAPI:
    """The reader; does not validate the description itself, which takes seconds."""
    read = SchemaPath.from_dict(_without_webhooks(description()), resolved_cache_maxsize=_PLACES)
    checks = Config(
        spec_validator_cls=None, request_validator_cls=_Requests, response_validator_cls=_Responses
    )
    return OpenAPI(read, config=checks)


def check_delivery(event: str, payload: Mapping[str, Any]) -> None:
    """Raises `jsonschema.ValidationError` unless the payload matches the description."""
    name = "-".join(filter(None, (event, payload.get("action")))).replace("_", "-")
    assert name in description()["x-webhooks"], f"GitHub has no delivery {name}"
    _delivery_validator(name).validate(payload)


@functools.cache
def _delivery_validator(name: str) -> OAS30Validator:
    resource = Resource.from_contents(description(), default_specification=DRAFT202012)
    registry: Registry[Any] = Registry().with_resource(_NAME, resource)
    pointer = f"x-webhooks/{name}/post/requestBody/content/application~1json/schema"
    return OAS30Validator({"$ref": f"{_NAME}#/{pointer}"}, registry=registry)


@dataclass
class Contract:
    """Records violations of the description. `check` is an aiohttp middleware."""

    violations: list[str] = field(default_factory=list)
    checked: set[str] = field(default_factory=set)

    @property
    def check(self) -> Callable[..., Awaitable[web.StreamResponse]]:
        @web.middleware
        async def check(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            body = await request.read()
            response = await handler(request)
            template = _template(request)
            alive = request.transport is not None and not request.transport.is_closing()
            if template is not None and alive and isinstance(response, web.Response):
                self._note(request, template, body, response)
            return response

        return check

    def _note(self, request: web.Request, template: str, body: bytes, response: web.Response) -> None:
        """Refused requests may be invalid; answers may not, unless a test injected them."""
        asked = _Asked(request, template, body)
        self.checked.add(f"{request.method} {template}")
        try:
            if response.status < _DOCUMENTED_FAILURE and asked.whole not in _SOUND:
                contract_reader().validate_request(asked)
                _SOUND.add(asked.whole)
            if _is_honest(response) and _is_documented(asked, response):
                contract_reader().validate_response(asked, _Answered(response))
        except OpenAPIError as error:
            found = f"{request.method} {request.path} -> {response.status}: {_causes(error)}"
            self.violations.append(found)


class _Paths(APICallPathFinder):
    """Finds each operation once."""

    find = functools.cache(APICallPathFinder.find)


class _Schemas(SchemaValidatorsFactory):
    """Makes the validator of each schema once."""

    def __init__(self, kind: type[Any]) -> None:
        super().__init__(kind)
        self._made: dict[SchemaPath, SchemaValidator] = {}

    def create(self, spec: SchemaPath, schema: SchemaPath, *more: Any, **options: Any) -> SchemaValidator:
        if schema not in self._made:
            self._made[schema] = super().create(spec, schema, *more, **options)
        return self._made[schema]


class _Requests(V30RequestValidator):
    path_finder_cls = _Paths
    schema_validators_factory = _Schemas(OAS30WriteValidator)


class _Responses(V30ResponseValidator):
    path_finder_cls = _Paths
    schema_validators_factory = _Schemas(OAS30ReadValidator)


_SOUND: set[tuple[object, ...]] = set()
"""Requests that fit the description. Most are sent again by one test after another."""


class _Asked:
    """An aiohttp request in openapi-core's protocol, without headers: the description names none.

    `whole` is all of it that is checked.
    """

    host_url = SERVER

    def __init__(self, request: web.Request, template: str, body: bytes) -> None:
        self.path = self.path_pattern = template
        self.method = request.method.lower()
        self.body = body or None
        self.content_type = request.headers.get("Content-Type", "application/json").lower()
        query, path = tuple(request.query.items()), tuple(request.match_info.items())
        self.parameters = RequestParameters(
            query=ImmutableMultiDict(query),
            path=dict(path),
        )
        self.whole = (self.method, template, query, path, self.content_type, body)


class _Answered:
    def __init__(self, response: web.Response) -> None:
        self.status_code = response.status
        self.content_type = response.content_type
        self.headers = dict(response.headers)
        self.data = bytes(response.body) if isinstance(response.body, bytes | bytearray) else None


def _template(request: web.Request) -> str | None:
    """The path as in the description; None for other paths."""
    resource = request.match_info.route.resource
    template = resource.canonical.removeprefix("/api/v3") if resource else ""
    template = template.replace("/repositories/{repository_id}", "/repos/{owner}/{repo}")
    return template if template in description()["paths"] else None


def _is_honest(response: web.Response) -> bool:
    """Whether an answer must match the description: JSON, and a link to a download."""
    is_read = response.content_type == "application/json" or response.status == _FOUND
    return is_read and response.status < _SERVER_ERROR and ON_PURPOSE not in response


def _is_documented(asked: _Asked, response: web.Response) -> bool:
    """Whether the status is documented; common ones (redirects, 401, 403, 429) are often omitted."""
    documented = description()["paths"][asked.path][asked.method]["responses"]
    return response.status < _REDIRECT or str(response.status) in documented


def _causes(error: BaseException) -> str:
    """The error and its causes, down to the field."""
    told = [str(error)[:200]]
    told += [
        f"{'/'.join(map(str, inner.absolute_path))}: {inner.message}"[:300]
        for inner in getattr(error, "schema_errors", ())
    ]
    if error.__cause__ is not None:
        told.append(_causes(error.__cause__))
    return "; ".join(told)


def _cut(full: dict[str, Any], wanted: list[str]) -> dict[str, Any]:
    """The selected paths and deliveries, with everything that they reference."""
    paths = {template: full["paths"][template] for template in wanted}
    hooks = {name: hook for name, hook in full["x-webhooks"].items() if name.rpartition("-")[0] in EVENTS} | {
        name: full["x-webhooks"][name] for name in _BY_NAME
    }
    cut = {
        "openapi": full["openapi"],
        "info": {"title": "GitHub, in part", "version": full["info"]["version"]},
        "servers": [{"url": SERVER}],
        "paths": paths,
        "x-webhooks": hooks,
        "components": {},
    }
    _amend(full)
    _add_referred(full, cut)
    return cut


_BY_NAME = (
    "merge-group-checks-requested",
    "pull-request-converted-to-draft",
    "pull-request-ready-for-review",
    "status",
)


def _amend(full: dict[str, Any]) -> None:
    """Corrects the description where GitHub deviates from it: a comment on a file has no line, an outdated
    one no location, no account is both a user and an enterprise, a check run may be stale, a label may lack a
    description, and an App in a check suite has current events.
    """
    listed = full["paths"]["/app/installations"]["get"]["responses"]["200"]["content"]["application/json"]
    account = listed["schema"]["items"]["properties"]["account"]
    account["anyOf"] = account.pop("allOf")
    full["components"]["schemas"]["check-run"]["properties"]["conclusion"]["enum"].append("stale")
    for action in ("completed", "requested", "rerequested"):
        hook = full["x-webhooks"][f"check-suite-{action}"]["post"]["requestBody"]["content"]
        known = _resolved(full, hook["application/json"]["schema"])["properties"]["check_suite"]
        del known["properties"]["app"]["properties"]["events"]["items"]["enum"]
    simple = full["components"]["schemas"]["pull-request-simple"]["properties"]
    simple["labels"]["items"]["properties"]["description"]["nullable"] = True
    properties = full["components"]["schemas"]["pull-request-review-comment"]["properties"]
    for name in ("line", "original_line", "position"):
        properties[name]["nullable"] = True


def _resolved(full: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        schema = full["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema


def _add_referred(full: dict[str, Any], cut: dict[str, Any]) -> None:
    waiting = list(_references({"paths": cut["paths"], "hooks": cut["x-webhooks"]}))
    while waiting:
        _, kind, name = waiting.pop().removeprefix("#/").split("/")
        shelf = cut["components"].setdefault(kind, {})
        if name not in shelf:
            shelf[name] = full["components"][kind][name]
            waiting += _references(shelf[name])


def _references(node: object) -> Iterator[str]:
    """Every `$ref` below `node`. Also drops examples, which are large, and adds null to the `enum` of
    nullable fields, where the description omits it.
    """
    if isinstance(node, dict):
        node.pop("examples", None)
        node.pop("example", None)
        if node.get("nullable") is True and isinstance(node.get("enum"), list):
            node["enum"] = [*node["enum"], None]
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for value in node.values():
            yield from _references(value)
    elif isinstance(node, list):
        for value in node:
            yield from _references(value)


def _without_webhooks(cut: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in cut.items() if key != "x-webhooks"}
