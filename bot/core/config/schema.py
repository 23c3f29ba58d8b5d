"""Generates the JSON Schema of the configuration file, with bounds, defaults and descriptions."""

from typing import Any

from bot.core.config.values import FEATURES, Configuration

DIALECT = "https://json-schema.org/draft/2020-12/schema"
ID = "urn:code-review-bot:configuration"


def make_schema() -> dict[str, Any]:
    made = Configuration.model_json_schema()
    definitions = made.pop("$defs")
    for name, description in FEATURES.items():
        definitions["Features"]["properties"][name]["description"] = description
    made["properties"]["prompts"]["additionalProperties"] = False
    made["properties"] = {key: _with_default(key, of) for key, of in made["properties"].items()}
    head = {"$schema": DIALECT, "$id": ID, "title": "Code Review Bot", "description": _ABOUT}
    body = {key: of for key, of in made.items() if key not in head}
    schema: dict[str, Any] = _tidy(head | body | {"$defs": definitions})
    return schema


_ABOUT = "Review settings of a repository: .github/code-review-bot.yml on the base branch."


def _with_default(key: str, of: dict[str, Any]) -> dict[str, Any]:
    """Adds defaults that come from a factory, which pydantic omits."""
    if "default" in of:
        return of
    made = Configuration.model_fields[key].get_default(call_default_factory=True)
    return of | {"default": made.model_dump(mode="json") if hasattr(made, "model_dump") else made}


def _tidy(of: Any, *, is_names: bool = False) -> Any:
    """Removes titles that repeat a key's name. Below `properties`, "title" would be a configuration key."""
    if isinstance(of, dict):
        kept = {key: each for key, each in of.items() if is_names or key != "title" or "$schema" in of}
        return {key: _tidy(each, is_names=key in _NAMES and not is_names) for key, each in kept.items()}
    return [_tidy(each) for each in of] if isinstance(of, list) else of


_NAMES = ("properties", "$defs")
