"""The control questions: small changes with a planted bug, each beside its correct twin."""

import hashlib
import json
from dataclasses import dataclass

from pydantic import BaseModel, ValidationError

from bot.core.llm.messages import Message, Model, Request, Role

_SYSTEM = (
    "You review a change to a program. Lines that begin with + are new. Decide whether the new code has a "
    "defect, so that it fails or gives a wrong result. Style, missing tests and missing comments are no "
    "defects. Many changes have no defect. Answer with one JSON object and nothing else."
)
_FORM = (
    'Answer {"reason": one sentence, "defect": true or false, "line": the number of the new line with the '
    "defect, or 0 if there is none}."
)
_SCHEMA = json.dumps(
    {
        "type": "object",
        "properties": {
            "reason": {"type": "string", "maxLength": 400},
            "defect": {"type": "boolean"},
            "line": {"type": "integer", "minimum": 0, "maximum": 99},
        },
        "required": ["reason", "defect", "line"],
        "additionalProperties": False,
    }
)


@dataclass(frozen=True)
class ControlPair:
    """New code whose line `line` (from 1) is `planted`, a bug, or `correct`."""

    language: str
    task: str
    code: str
    planted: str
    correct: str

    @property
    def line(self) -> int:
        return next(at for at, text in enumerate(self.code.splitlines(), start=1) if "{here}" in text)

    def question(self, number: int, *, planted: bool, model: Model) -> Request:
        code = self.code.replace("{here}", self.planted if planted else self.correct)
        numbered = "\n".join(f"{at:>2} + {text}" for at, text in enumerate(code.splitlines(), start=1))
        text = f"{self.language}. {self.task}\n\n{numbered}\n\n{_FORM}"
        return Request(
            id=f"control/{number}/{'planted' if planted else 'correct'}",
            messages=(Message(role=Role.SYSTEM, text=_SYSTEM), Message(role=Role.USER, text=text)),
            format=_SCHEMA,
            answer=model.answer,  # reasoning counts towards it
        )

    def is_found(self, answer: str) -> bool:
        """Whether the answer to the planted bug names it."""
        said = _read(answer)
        return said is not None and said.defect and said.line == self.line

    def is_cleared(self, answer: str) -> bool:
        """Whether the answer to the correct code reports no defect."""
        said = _read(answer)
        return said is not None and not said.defect


class _Answer(BaseModel):
    """What counts of an answer. Further fields do not: not every server enforces the schema."""

    defect: bool
    line: int = 0


def _read(answer: str) -> _Answer | None:
    """The object in an answer, which may stand in a code fence or between sentences."""
    try:
        return _Answer.model_validate_json(answer[answer.find("{") : answer.rfind("}") + 1])
    except ValidationError:
        return None


PAIRS = (
    ControlPair(
        language="Python",
        task="Computes the average price of an order's items.",
        code="""\
def average_price(items):
    if not items:
        return 0.0
    total = 0.0
    for item in items:
        {here}
    return total / len(items)
""",
        planted="total = item.price",
        correct="total += item.price",
    ),
    ControlPair(
        language="JavaScript",
        task="Deletes an account; only administrators may do so.",
        code="""\
async function deleteAccount(user, account, store) {
  {here}
    throw new Error("only administrators may delete accounts");
  }
  await store.remove(account.id);
  return { deleted: account.id };
}
""",
        planted='if (user.role = "admin") {',
        correct='if (user.role !== "admin") {',
    ),
    ControlPair(
        language="Go",
        task="Reads the configuration from a JSON file.",
        code="""\
func ReadConfig(path string) (*Config, error) {
	text, err := os.ReadFile(path)
	{here}
		return nil, err
	}
	config := &Config{}
	if err := json.Unmarshal(text, config); err != nil {
		return nil, err
	}
	return config, nil
}
""",
        planted="if err == nil {",
        correct="if err != nil {",
    ),
)

# Identifies the questions: a model is asked again when they change.
EDITION = hashlib.sha256(repr((_SYSTEM, _FORM, _SCHEMA, PAIRS)).encode()).hexdigest()[:16]
