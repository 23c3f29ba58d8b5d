"""Which profile a model has, and what it changes in a question and an answer."""

import re
from pathlib import Path

import pytest

from bot.core.errors import SettingsError
from bot.core.llm.messages import DetailLevel, Message, Request, Role
from bot.models.profiles import Profile, names, profile_for
from bot.models.profiles.choosing import families, size_of
from bot.models.profiles.thoughts import without_thoughts

EXAMPLE = Path(__file__).parents[2] / "deploy" / "settings.example.toml"


@pytest.mark.parametrize(
    ("name", "profile"),
    [
        ("Qwen2.5 Coder 7B Instruct", "qwen-coder"),
        ("qwen2.5-coder:1.5b", "qwen-coder"),
        ("Qwen3-Coder-30B-A3B-Instruct", "qwen-coder"),
        ("Qwen3-8B", "qwen3"),
        ("Qwen2.5-14B-Instruct-1M", "qwen"),
        ("DeepSeek-R1-Distill-Qwen-7B", "deepseek-r1"),
        ("DeepSeek-R1-Distill-Llama-8B", "deepseek-r1"),
        ("deepseek-coder-v2-lite-instruct", "deepseek"),
        ("Meta-Llama-3.1-8B-Instruct", "llama"),
        ("llama3.2:3b", "llama"),
        ("Mistral-Nemo-Instruct-2407", "mistral"),
        ("Codestral-22B-v0.1", "mistral"),
        ("Devstral-Small-2507", "mistral"),
        ("Magistral-Small-2506", "mistral-reasoning"),
        ("gemma-3-12b-it", "gemma"),
        ("codegemma:7b", "gemma"),
        ("gpt-oss-20b", "gpt-oss"),
        ("openai/gpt-oss-120b", "gpt-oss"),
        ("Phi-3.5-mini-instruct", "phi"),
        ("phi4:14b", "phi"),
        ("Phi-4-mini-reasoning", "phi-reasoning"),
        ("granite-3.3-8b-instruct", "granite"),
        ("dolphin-x", "plain"),
    ],
)
def test_a_model_is_known_by_its_name(name: str, profile: str) -> None:
    assert profile_for(name).name == profile


@pytest.mark.parametrize(
    ("architecture", "template", "profile"),
    [
        ("llama", "<|start_header_id|>user<|end_header_id|>", "llama"),
        ("llama", "{{ '[INST] ' }}", "mistral"),
        ("llama", "<|im_start|>system", "chatml"),
        ("gemma2", "", "gemma"),
        ("qwen2", "<|im_start|>system", "chatml"),
        ("qwen3", "", "qwen3"),
        ("gpt-oss", "<|channel|>", "gpt-oss"),
        ("phi3", "<|user|>\n<|end|><|assistant|>", "phi"),
        ("granite", "", "granite"),
        ("deepseek2", "", "deepseek"),
        ("unheard", "", "plain"),
    ],
)
def test_a_nameless_model_is_known_by_its_file(architecture: str, template: str, profile: str) -> None:
    assert profile_for("model-q4_k_m", architecture=architecture, template=template).name == profile


def test_a_name_tells_more_than_a_template() -> None:
    assert profile_for("granite-3b", architecture="llama", template="<|im_start|>").name == "granite"


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("Qwen2.5-Coder-7B-Instruct-Q5_K_M", 7),
        ("qwen2.5-coder:1.5b", 1.5),
        ("SmolLM2-360M-Instruct", 0.36),
        ("Mixtral-8x7B-Instruct", 56),
        ("Qwen3-30B-A3B", 30),
        ("gpt-4b8", 0),
        ("phi-4", 0),
    ],
)
def test_a_size_is_read_from_a_name(name: str, size: float) -> None:
    assert size_of(name) == pytest.approx(size)


def test_small_models_are_asked_simply_and_others_are_not() -> None:
    small, large, unknown = profile_for("llama-3.2-3b"), profile_for("llama-3.1-8b"), profile_for("phi-4")

    assert (small.level, large.level, unknown.level) == (
        DetailLevel.SIMPLE,
        DetailLevel.FULL,
        DetailLevel.FULL,
    )
    assert (small.answer, large.answer) == (768, None)


def test_the_weights_that_a_file_has_count_more_than_its_name() -> None:
    assert profile_for("Llama-8B-pruned", parameters=2_000_000_000).level == DetailLevel.SIMPLE


def test_the_operator_has_the_last_word() -> None:
    assert profile_for("llama-3.1-8b", wanted="qwen-coder").name == "qwen-coder"
    assert profile_for("llama-3.1-8b", wanted="auto/simple").level == DetailLevel.SIMPLE
    assert profile_for("llama-3.2-1b", wanted="llama/full").level == DetailLevel.FULL


@pytest.mark.parametrize("wanted", ["lama", "llama/little"])
def test_a_profile_that_does_not_exist_is_refused_with_those_that_do(wanted: str) -> None:
    with pytest.raises(SettingsError, match="LLAMA_PROFILE"):
        profile_for("llama", wanted=wanted)


def test_every_family_is_sound_and_named_in_the_example_of_the_settings() -> None:
    text = " ".join(EXAMPLE.read_text("utf-8").replace("#", " ").split())

    for family in families():
        profile = profile_for("model", wanted=family.name)
        assert profile.describe().startswith(f"profile {family.name} (")
        for pattern in family.names:
            re.compile(pattern)
        assert re.search(rf"[ ]{family.name}[,;]", text), family.name
    assert len(set(names())) == len(names())


REQUEST = Request(
    id="chunk/1",
    messages=(Message(role=Role.SYSTEM, text="You review."), Message(role=Role.USER, text="+x")),
    answer=100,
)


def test_a_model_without_a_system_role_is_told_in_the_first_question() -> None:
    asked = profile_for("gemma-2-9b").asked(REQUEST)

    assert asked.messages == (Message(role=Role.USER, text="You review.\n\n+x"),)
    assert profile_for("llama-3.1-8b").asked(REQUEST).messages == REQUEST.messages


def test_a_temperature_that_was_asked_for_stays() -> None:
    warm = REQUEST.model_copy(update={"temperature": 0.3})

    assert profile_for("gpt-oss-20b").asked(REQUEST).temperature == 1.0
    assert profile_for("gpt-oss-20b").asked(warm).temperature == 0.3


ANSWER = '{"a": 1}'


@pytest.mark.parametrize(
    "said",
    [
        ANSWER,
        f"<think>\nmaybe {{}}\n</think>\n\n{ANSWER}",
        f"so it is</think>{ANSWER}",
        f"<thinking>hm</thinking> {ANSWER}",
        f"[THINK]hm[/THINK]{ANSWER}",
        f"<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>{ANSWER}<|return|>",
        f"<|start|>assistant<|channel|>final <|constrain|>json<|message|>{ANSWER}",
        f"<think></think><think>more</think>{ANSWER}",
    ],
)
def test_thoughts_are_cut_away(said: str) -> None:
    assert without_thoughts(said) == ANSWER


@pytest.mark.parametrize("said", ["<think>never ends", "<|channel|>analysis<|message|>never ends"])
def test_thoughts_without_an_answer_leave_nothing(said: str) -> None:
    assert without_thoughts(said) == ""


def test_an_answer_that_mentions_thoughts_stays_whole() -> None:
    said = '{"body": "it strips </think> and <|channel|>final<|message|>"}'

    assert without_thoughts(said) == said


def test_what_belongs_to_the_template_is_no_answer() -> None:
    assert profile_for("llama-3.1-8b").said(f"{ANSWER}<|eot_id|>") == ANSWER
    assert profile_for("llama-3.1-8b").said("<think> stays</think>") == "<think> stays</think>"


def test_the_operator_is_told_in_a_line() -> None:
    profile = Profile(
        name="qwen3", family="Qwen 3", size_b=1.7, level=DetailLevel.SIMPLE, thinking="off", at_once=1
    )

    assert profile.describe() == (
        "profile qwen3 (Qwen 3, 1.7 B): simple questions, 1 at a time; thinking is disabled"
    )
