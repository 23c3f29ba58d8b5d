"""What the model finds: flaws by the words that they are known by in the code that it is shown."""

from typing import Any

from tests.stories.scripted_model import FINDING, Respond, Said, ScriptedModel, schema_of

EMPTY, COPY, NAME, DOCS = "Fails on an empty list", "Copies the whole list", "Hardly named", "Says little"
FLAWS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("items[0]", {"path": "shop/cart.py", "line": 2, "end_line": 2, "severity": "critical", "title": EMPTY}),
    ("items[1:]", {"path": "shop/cart.py", "line": 3, "end_line": 3, "severity": "minor", "title": COPY}),
    ("sum(rest)", {"path": "shop/cart.py", "line": 4, "end_line": 4, "severity": "nit", "title": NAME}),
    ("A cart has", {"path": "docs/cart.md", "line": 2, "end_line": 2, "severity": "major", "title": DOCS}),
)


def answer_findings(model: ScriptedModel) -> Respond:
    """Answers as the scripted model usually does, with the flaws of the code that a question shows."""

    def respond(body: dict[str, Any]) -> Said:
        fields = schema_of(body)["properties"]
        if "groups" in fields:
            return {**model.usual(body), "groups": []}
        if "notes" not in fields:
            return None
        shown = str(body["messages"])
        paths = fields["notes"]["items"]["properties"]["path"]["enum"]
        found = [flaw for words, flaw in FLAWS if words in shown and flaw["path"] in paths]
        return {**model.usual(body), "findings": [FINDING | flaw for flaw in found]}

    return respond
