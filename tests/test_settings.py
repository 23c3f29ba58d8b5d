"""Settings come from the environment or a TOML file; wrong ones are named."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.core.errors import SettingsError
from bot.settings import Settings, load

EXAMPLE = Path(__file__).parent.parent / "deploy" / "settings.example.toml"
ANCESTORS = ("LLM_API_KEY", "LLM_API_ENDPOINT", "LLM_MODEL_NAME", "LLM_CTX_SIZE")


@pytest.fixture(autouse=True)
def _clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Removes the machine's own settings."""
    for name in [*(field.upper() for field in Settings.model_fields), *ANCESTORS, "REVIEW_BOT_SETTINGS"]:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_the_example_names_every_setting_and_no_other() -> None:
    named = re.findall(r"^(?:# )?([a-z_]+) = ", EXAMPLE.read_text(encoding="utf-8"), re.MULTILINE)

    assert sorted(Settings.model_fields) == sorted(named)


def test_the_example_is_valid_and_shows_the_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    defaults = load()
    monkeypatch.setenv("REVIEW_BOT_SETTINGS", str(EXAMPLE))

    assert defaults == load()


def test_the_commented_examples_are_valid_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    text = re.sub(r"^# ([a-z_]+ = )", r"\1", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    values = tomllib.loads(text)
    for rival in ("github_token", "github_private_key_file", "llama_server_url"):
        del values[rival]

    assert Path("/models/qwen2.5-coder-7b-instruct-q5_k_m.gguf") == load(**values).llama_model


def test_every_setting_describes_itself() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_environment_wins_over_the_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "review-bot.toml").write_text('openai_model = "from-file"\nport = 9000\n', encoding="utf-8")
    monkeypatch.setenv("OPENAI_MODEL", "from-environment")

    assert (load().openai_model, load().port) == ("from-environment", 9000)


def test_the_ancestors_names_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("llm_api_endpoint", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("llm_model_name", "codestral")
    monkeypatch.setenv("llm_ctx_size", "32768")
    monkeypatch.setenv("llm_api_key", "k")
    monkeypatch.setenv("trigger_phrase", "review bot")
    settings = load()

    assert settings.openai_base_url == "http://127.0.0.1:9/v1"
    assert (settings.openai_model, settings.openai_context) == ("codestral", 32768)
    assert settings.has_openai
    assert settings.trigger_phrase == ("review bot",)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("OPENAI_CONTEXT", "many"),
        ("OPENAI_CONTEXT", "5"),
        ("OPENAI_CONTEXT", "5000000000"),
        ("PORT", "99999"),
        ("GITHUB_API_URL", "api.github.com"),
        ("REVIEW_THRESHOLD", "high"),
        ("MODEL_ORDER", "openai,gemini"),
        ("WORKERS", "0"),
        ("WORKERS_PER_INSTALLATION", "3000000000"),
        ("KEEP_JOBS_DAYS", "1000000"),
        ("KEEP_JOURNAL_MB", "inf"),
        ("KEEP_REVIEWS_MB", "nan"),
    ],
)
def test_a_wrong_setting_is_named(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load()


@pytest.mark.parametrize(
    ("context", "kept"), [(None, 8192), ("1000000", 8192), ("8192", 2048), ("4096", 1024), ("2048", 512)]
)
def test_what_is_kept_for_an_answer_follows_the_context(
    monkeypatch: pytest.MonkeyPatch, context: str | None, kept: int
) -> None:
    if context:
        monkeypatch.setenv("OPENAI_CONTEXT", context)
        monkeypatch.setenv("LLAMA_CONTEXT", context)
    settings = load()

    assert (kept, min(kept, 1536)) == (settings.openai_room, settings.llama_room)


@pytest.mark.parametrize("name", ["OPENAI", "LLAMA"])
def test_an_answer_leaves_room_for_the_prompt(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(f"{name}_CONTEXT", "4096")
    monkeypatch.setenv(f"{name}_ANSWER", "3000")
    told = rf"{name}_ANSWER \(3000\) must be at most half of {name}_CONTEXT"
    with pytest.raises(SettingsError, match=told):
        load()


def test_a_model_server_s_address_may_be_pasted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "api.example.com/v1/chat/completions")
    monkeypatch.setenv("LLAMA_SERVER_URL", "localhost:11434/")
    settings = load()

    assert "https://api.example.com/v1" == settings.openai_base_url
    assert "http://localhost:11434" == settings.llama_server_url


def test_a_wrong_secret_is_not_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_BASE_URL", "user:hunter2@host")
    with pytest.raises(SettingsError) as caught:
        load()

    assert "hunter2" not in str(caught.value)


def test_an_empty_variable_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "")

    assert load().github_token is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [("colour = 1", "unknown setting colour"), ("port = ", "not valid TOML"), ("port = 'x'", "PORT")],
)
def test_a_wrong_file_is_explained(tmp_path: Path, text: str, problem: str) -> None:
    (tmp_path / "review-bot.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SettingsError, match=problem):
        load()


def test_a_missing_file_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REVIEW_BOT_SETTINGS", "/nowhere/bot.toml")
    with pytest.raises(SettingsError, match=r"/nowhere/bot\.toml"):
        load()


def test_rival_credentials_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "t")
    monkeypatch.setenv("GITHUB_APP_ID", "1")
    with pytest.raises(SettingsError, match="GITHUB_TOKEN and GITHUB_APP_ID"):
        load()


def test_a_key_may_stand_in_the_environment_on_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_PRIVATE_KEY", "-----BEGIN X-----\\nabc\\n-----END X-----")

    assert load().private_key().count("\n") == 2


def test_a_server_without_a_secret_is_refused() -> None:
    with pytest.raises(SettingsError, match="GITHUB_WEBHOOK_SECRET"):
        load().webhook_secrets()


def test_a_local_model_is_a_file_or_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LLAMA_SERVER_URL", "http://127.0.0.1:11434")
    assert load().has_llama

    monkeypatch.setenv("LLAMA_MODEL", "model.gguf")
    with pytest.raises(SettingsError, match="LLAMA_MODEL and LLAMA_SERVER_URL are both set; keep one"):
        load()
