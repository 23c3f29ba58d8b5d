"""A review function in Python: asks a model what the pull request does, and concludes with its answer."""

from componentize_py_types import Err
from wit_world import WitWorld as World
from wit_world.imports import types

QUESTION = "In one sentence: what does the pull request “{title}” do?\n\n{body}"


class WitWorld(World):
    """Called with every answer so far; keeps no state, and is deterministic."""

    def review(
        self, change: types.Change, settings: types.Settings, answers: list[types.Exchange]
    ) -> types.Step:
        if settings.model is None:
            return types.Step_Done(conclude(change, "No model is configured."))
        if not answers:
            return types.Step_Ask([question(change, settings.model.answer)])
        return types.Step_Done(conclude(change, text_of(answers[0].answer)))


def question(change: types.Change, most: int) -> types.Request:
    text = QUESTION.format(title=change.title, body=change.body)
    messages = [types.Message(role=types.Role.USER, text=text)]
    return types.Request(id="purpose", messages=messages, format=None, answer=most, temperature=0.0, spare=0)


def text_of(answer: types.Answer) -> str:
    if isinstance(answer, types.Answer_Completion):
        return answer.value.text
    if isinstance(answer, types.Answer_Failure):
        raise Err(types.Refusal(message=answer.value.message))
    raise Err(types.Refusal(message="no text was asked for"))


def conclude(change: types.Change, purpose: str) -> types.Review:
    reason = "only its title was read"
    return types.Review(
        purpose=purpose,
        coverage=[
            types.Coverage(path=file.path, reviewed=False, reason=reason, later=False)
            for file in change.files
        ],
        effort=1,
        risks=[],
        majors=[],
        commits=[],
        notes=[],
        walkthrough=[],
        findings=[],
        unsure=[],
        areas=[],
        order=[],
        problems=[],
        tests="",
        diagram=None,
    )
