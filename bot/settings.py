"""All operator settings, typed. The only reader of the environment and of the settings file.

A setting's name in the environment is its field's name in capitals (`OPENAI_MODEL`); in the TOML
file it is the field's name (`openai_model = "…"`). The environment wins.
"""

import os
import tomllib
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import platformdirs
from pydantic import AliasChoices, Field, SecretStr, StringConstraints, ValidationError, model_validator
from pydantic.functional_validators import BeforeValidator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from bot.core.errors import SettingsError
from bot.core.llm.messages import Enforcement
from bot.core.review import Severity
from bot.models.chat.base_url import complete
from bot.models.gguf_store import resolve

FILE_VARIABLE = "REVIEW_BOT_SETTINGS"
DEFAULT_FILE = "review-bot.toml"
CHECKOUT = Path(__file__).resolve().parent.parent

EngineName = Literal["openai", "llama"]
Role = Literal["web", "worker", "all"]
Days = Annotated[float, Field(gt=0, le=36_500)]
Megabytes = Annotated[float, Field(ge=0, le=1e9)]
# Upper limits, in tokens, for the default answer reserve, which is a quarter of the context.
OPENAI_ANSWER, LLAMA_ANSWER = 8192, 1536

Url = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^https?://[^\s/]+(/\S*)?$")]


def _to_base_url(value: object) -> object:
    """Completes a model server's URL, as people write or paste it, to a base URL."""
    return complete(value) if isinstance(value, str) and value.strip() else value


ModelUrl = Annotated[Url, BeforeValidator(_to_base_url)]


def _split_list(value: object) -> object:
    """Splits `a, b` into a list: the environment holds only text."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_list)]
EngineNames = Annotated[tuple[EngineName, ...], NoDecode, BeforeValidator(_split_list)]


def _asset(packaged: str, checkout: str) -> Path:
    """A directory that is inside the package in a wheel, and next to it in a checkout."""
    inside = Path(str(files("bot"))) / "assets" / packaged
    return inside if inside.is_dir() else CHECKOUT / checkout


class Settings(BaseSettings):
    """The operator's settings. `load` reads them; the fields' descriptions document them."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="forbid", populate_by_name=True)

    # GitHub
    github_api_url: Url = Field(
        "https://api.github.com",
        description="URL of GitHub's REST API; for GitHub Enterprise Server https://HOST/api/v3.",
    )
    github_app_id: str | None = Field(None, description="App ID of the GitHub App.")
    github_private_key: SecretStr | None = Field(None, description="The App's private key, as PEM text.")
    github_private_key_file: Path | None = Field(
        None, description="File with the App's private key, instead of github_private_key."
    )
    github_token: SecretStr | None = Field(
        None, description="Personal access token instead of an App, for one repository or for testing."
    )
    github_webhook_secret: SecretStr | None = Field(
        None, description="Secret that signs the webhooks. `serve` does not start without it."
    )
    github_webhook_secret_previous: SecretStr | None = Field(
        None, description="Previous webhook secret, still accepted during rotation."
    )

    # Models
    openai_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("openai_api_key", "llm_api_key"),
        description="API key of the OpenAI-compatible server; not needed if the server requires none.",
    )
    openai_base_url: ModelUrl | None = Field(
        None,
        validation_alias=AliasChoices("openai_base_url", "llm_api_endpoint"),
        description="Base URL of an OpenAI-compatible server, including /v1; for an Azure deployment, "
        "including ?api-version. Unset: OpenAI's API.",
    )
    openai_model: str = Field(
        "gpt-5-mini",
        min_length=1,
        validation_alias=AliasChoices("openai_model", "llm_model_name"),
        description="Name of the model on that server.",
    )
    openai_context: int = Field(
        128_000,
        ge=2048,
        le=1_000_000_000,
        validation_alias=AliasChoices("openai_context", "llm_ctx_size"),
        description="Context size of that model in tokens, for prompt and answer together.",
    )
    openai_answer: int | None = Field(
        None,
        ge=256,
        description="Tokens of the context reserved for the answer, at most half of the context. Unset: a "
        f"quarter of the context, at most {OPENAI_ANSWER}.",
    )
    openai_enforcement: Enforcement = Field(
        Enforcement.SCHEMA,
        description="How the server enforces JSON answers: schema, object or prompt. The bot falls back to "
        "the next one if the server rejects it.",
    )
    openai_effort: Literal["", "minimal", "low", "medium", "high"] = Field(
        "",
        description="How much the model reasons, for servers that take `reasoning_effort`: minimal, low, "
        "medium or high. Unset: as the server does.",
    )
    openai_timeout: float = Field(300, gt=0, description="Seconds to wait for an answer.")
    openai_concurrency: int = Field(
        4, ge=1, le=256, description="Concurrent requests to that server from one process."
    )
    openai_concurrency_total: int = Field(
        0,
        ge=0,
        le=1024,
        description="Concurrent requests to that server from all processes that share the database; 0: only "
        "the limit per process applies.",
    )
    openai_local: bool | None = Field(
        None,
        description="Whether that server counts as local, so that it may receive private code. Unset: only "
        "if it runs on this machine.",
    )
    llama_model: Path | None = Field(
        None,
        description="GGUF file, or the name of a model downloaded with `review-bot model pull`. Runs in a "
        "separate process.",
    )
    models_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("code-review-bot")) / "models",
        description="Directory where `review-bot model pull` stores models.",
    )
    llama_server_url: ModelUrl | None = Field(
        None,
        description="URL of a llama.cpp, Ollama or vLLM server that runs the local model, instead of "
        "llama_model.",
    )
    llama_server_key: SecretStr | None = Field(
        None, description="API key of that server; not needed if the server requires none."
    )
    llama_server_model: str | None = Field(
        None, min_length=1, description="Name of the model on that server. Unset: the only one there."
    )
    llama_server_slots: int = Field(
        0,
        ge=0,
        le=256,
        description="Concurrent requests to that server; 0: as many as it has slots, 8 for vLLM, 1 for "
        "Ollama.",
    )
    llama_server_local: bool | None = Field(
        None,
        description="Whether that server counts as local, so that it may receive private code. Unset: only "
        "if it runs on this machine.",
    )
    llama_context: int = Field(
        8192,
        ge=2048,
        le=1_000_000_000,
        description="Context size of the local model in tokens, for prompt and answer together. If it is "
        "unset, a server's own size applies.",
    )
    llama_answer: int | None = Field(
        None,
        ge=256,
        description="Tokens of that context reserved for the answer, at most half of the context. Unset: a "
        f"quarter of the context, at most {LLAMA_ANSWER}.",
    )
    llama_profile: str = Field(
        "auto",
        pattern=r"^[a-z0-9-]+(/(simple|full))?$",
        description="Prompt profile of the local model: auto selects it by family and size, or name a family "
        "(qwen-coder, llama, …). Append /simple to ask fewer questions at a time, or /full to ask all.",
    )
    llama_threads: int = Field(
        0, ge=0, le=512, description="CPU threads for the GGUF model; 0: chosen by the number of cores."
    )
    llama_slots: int = Field(
        0,
        ge=0,
        le=16,
        description="Questions that the GGUF model answers concurrently, each with its own context; 0: "
        "chosen by cores and memory. On a GPU, start with 8.",
    )
    llama_gpu_layers: int = Field(
        -1, ge=-1, description="Layers to run on a GPU, if the build supports one; -1: all."
    )
    llama_timeout: float = Field(600, gt=0, description="Seconds to wait for an answer of the local model.")
    model_rest: float = Field(
        30,
        gt=0,
        le=3600,
        description="Seconds without requests to a model after five consecutive failures (circuit breaker); "
        "increases while the failures continue. Meanwhile the fallback model is used; without one, reviews "
        "wait.",
    )
    model_order: EngineNames = Field(
        ("openai", "llama"),
        description="The models in order of preference: the first is used, the next one is its fallback.",
    )
    control_questions: bool = Field(
        True,
        description="Ask each model at its first use to tell planted bugs from correct code; one that cannot "
        "is not used, and reviews consist of findings of rules.",
    )
    private_local_only: bool = Field(
        False, description="Send code of private repositories only to local models."
    )

    # Reviews
    review_language: str = Field(
        "English", min_length=2, max_length=40, description="Language of the review."
    )
    review_findings: int = Field(6, ge=0, le=50, description="Maximum number of inline comments per review.")
    review_threshold: Severity = Field(
        Severity.NIT, description="Lowest severity to report: critical, major, minor or nit."
    )
    review_confidence: float = Field(
        0.7, ge=0, le=1, description="Lowest confidence of the model in a finding to report it."
    )
    review_lookups: bool = Field(
        True,
        description="Read the repository at the pull request's head, to show the model what changed lines "
        "call and what uses them.",
    )
    review_portion: int = Field(
        0,
        ge=0,
        le=500_000,
        description="Maximum tokens of diff in one question; less if the model's context is small. 0: half "
        "of the context, at most 48,000.",
    )
    review_passes: int = Field(
        1,
        ge=1,
        le=3,
        description="How often the model reads a diff: the second time for what callers, data and deployment "
        "expect, the third time for the order of events and attackers.",
    )
    review_drafts: bool = Field(False, description="Also review draft pull requests.")
    review_bots: bool = Field(False, description="Also review pull requests opened by bots.")
    budget_review: int = Field(
        0,
        ge=0,
        description="Token budget of one review, questions and answers together. The review names the files "
        "that the budget left out. 0: no limit.",
    )
    budget_pull: int = Field(
        0, ge=0, description="Token budget of one pull request, for all its reviews and replies. 0: no limit."
    )
    budget_repository_month: int = Field(
        0, ge=0, description="Token budget of one repository per calendar month (UTC). 0: no limit."
    )
    budget_month: int = Field(
        0, ge=0, description="Token budget of the whole bot per calendar month (UTC). 0: no limit."
    )
    summary_renewals: int = Field(
        0,
        ge=0,
        description="How many times the bot recreates a deleted summary comment by itself. /review always "
        "creates one.",
    )
    trigger_phrase: Words = Field(
        ("flows summarize", "flows review"),
        description="Phrases that request a review at the start of a comment, in addition to /review.",
    )
    bot_name: str | None = Field(
        None, description="Name for mentions (`@name review`). Unset: the App's name."
    )

    # The server
    database_url: str | None = Field(
        None,
        description="Database for jobs, journal and reviews: sqlite:///FILE, or "
        "postgresql://USER:PASSWORD@HOST/DATABASE to share the work between machines. Unset: an SQLite file "
        "in the user's data directory.",
    )
    database_direct_url: str | None = Field(
        None,
        description="Address of the same PostgreSQL database without the pooler in front of it, to be "
        "notified of new work at once. Unset: database_url, and behind a pooler a look once a second.",
    )
    role: Role = Field(
        "all", description="What `serve` does: web receives webhooks, worker reviews, all does both."
    )
    host: str = Field("127.0.0.1", min_length=1, description="Listen address; 0.0.0.0: all addresses.")
    port: int = Field(8080, ge=0, le=65535, description="Listen port; 0: any free port.")
    workers: int = Field(4, ge=1, le=64, description="Concurrent reviews in one process.")
    workers_total: int = Field(
        0, ge=0, le=100_000, description="Concurrent reviews in all processes together; 0: no limit."
    )
    workers_per_installation: int = Field(
        0,
        ge=0,
        le=100_000,
        description="Concurrent reviews of one installation of the App in all processes; 0: no limit.",
    )
    attempts: int = Field(5, ge=1, le=20, description="Attempts at a review before it fails.")
    grace: float = Field(
        25,
        ge=0,
        description="Seconds that running reviews get to finish when the server stops. Then they are "
        "released and resume at the next start or in another process.",
    )
    sweep_minutes: float = Field(
        10,
        ge=0,
        description="Minutes between requests to GitHub to redeliver failed deliveries; also requested at "
        "the start. 0: never.",
    )
    catch_up: int = Field(
        20,
        ge=0,
        le=1000,
        description="Maximum number of open pull requests without a review that are reviewed per "
        "installation, at the start and every six hours. 0: none.",
    )

    # Retention
    keep_deliveries_days: Days = Field(7, description="Days to keep deliveries.")
    keep_deliveries_mb: Megabytes = Field(0, description="Maximum megabytes of deliveries; 0: no limit.")
    keep_jobs_days: Days = Field(90, description="Days to keep finished jobs.")
    keep_journal_days: Days = Field(30, description="Days to keep the models' answers for reuse.")
    keep_journal_mb: Megabytes = Field(0, description="Maximum megabytes of answers; 0: no limit.")
    keep_reviews_days: Days = Field(365, description="Days to keep reviews.")
    keep_reviews_mb: Megabytes = Field(0, description="Maximum megabytes of reviews; 0: no limit.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Lowest level to log."
    )
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="Log format; auto: readable text on a terminal, JSON elsewhere."
    )

    # Modules
    modules_dir: Path = Field(
        default_factory=lambda: _asset("modules", "wasm_modules/dist"),
        description="Directory with the WebAssembly modules. Unset: the built-in ones.",
    )
    review_function: Path | None = Field(
        None, description="Custom review function (.wasm), instead of the built-in one."
    )
    prompts_dir: Path = Field(
        default_factory=lambda: _asset("prompts", "prompts"),
        description="Directory with the prompt templates. Unset: the built-in ones.",
    )
    cache_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_cache_dir("code-review-bot")),
        description="Private directory for compiled modules and for learned capabilities of model servers.",
    )

    @model_validator(mode="after")
    def _check_combinations(self) -> Self:
        """Rejects settings that exclude each other. Resolves a model's name to its file."""
        if self.github_private_key and self.github_private_key_file:
            raise ValueError("GITHUB_PRIVATE_KEY and GITHUB_PRIVATE_KEY_FILE are both set; keep one")
        if self.github_token and self.github_app_id:
            raise ValueError("GITHUB_TOKEN and GITHUB_APP_ID are both set; keep one")
        if self.llama_model and self.llama_server_url:
            raise ValueError("LLAMA_MODEL and LLAMA_SERVER_URL are both set; keep one")
        for name in ("openai", "llama"):
            answer, context = getattr(self, f"{name}_answer"), getattr(self, f"{name}_context")
            if answer is not None and answer * 2 > context:
                raise ValueError(
                    f"{name.upper()}_ANSWER ({answer}) must be at most half of {name.upper()}_CONTEXT "
                    f"({context}) to leave space for the prompt; lower it, or unset it to use a quarter"
                )
        if self.llama_model:
            self.llama_model = resolve(self.llama_model, self.models_dir)
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The precedence: command line (as initial values), environment, settings file."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, InitSettingsSource(settings_cls, _file_values(settings_cls))

    @cached_property
    def database(self) -> str:
        """`database_url`, or its default."""
        if self.database_url:
            return self.database_url
        directory = Path(platformdirs.user_data_dir("code-review-bot"))
        return f"sqlite:///{directory / 'review-bot.db'}"

    @property
    def openai_room(self) -> int:
        """Tokens reserved for an answer of the OpenAI-compatible model."""
        return self.openai_answer or min(self.openai_context // 4, OPENAI_ANSWER)

    @property
    def llama_room(self) -> int:
        """Tokens reserved for an answer of the local model."""
        return self.llama_answer or min(self.llama_context // 4, LLAMA_ANSWER)

    @property
    def has_openai(self) -> bool:
        return self.openai_api_key is not None or self.openai_base_url is not None

    @property
    def has_llama(self) -> bool:
        return self.llama_model is not None or self.llama_server_url is not None

    def private_key(self) -> str:
        """The App's private key as PEM text. Raises `SettingsError`."""
        if self.github_private_key:
            return self.github_private_key.get_secret_value().replace("\\n", "\n")
        if self.github_private_key_file:
            return _read_key(self.github_private_key_file)
        raise SettingsError(
            "GITHUB_APP_ID is set without a private key: set GITHUB_PRIVATE_KEY or GITHUB_PRIVATE_KEY_FILE"
        )

    def webhook_secrets(self) -> tuple[str, ...]:
        """The accepted webhook secrets, the current one first. Raises `SettingsError` without one."""
        secrets = (self.github_webhook_secret, self.github_webhook_secret_previous)
        accepted = tuple(secret.get_secret_value() for secret in secrets if secret)
        if not self.github_webhook_secret:
            raise SettingsError(
                "GITHUB_WEBHOOK_SECRET is not set: set it to the secret of the webhook on GitHub"
            )
        return accepted


def load(**given: Any) -> Settings:
    """Reads the settings file and the environment; `given` (the command line) overrides both.

    Raises:
        SettingsError: has one line for every invalid setting, with its name and the error.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(item) for item in error.errors())) from None


def settings_file() -> Path | None:
    """The TOML file in use: the one named by REVIEW_BOT_SETTINGS, or ./review-bot.toml if it exists."""
    path = os.environ.get(FILE_VARIABLE)
    if path:
        return Path(path)
    default = Path(DEFAULT_FILE)
    return default if default.is_file() else None


def _file_values(settings: type[BaseSettings]) -> dict[str, Any]:
    path = settings_file()
    if path is None:
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"settings file {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"settings file {path} is not valid TOML: {error}") from None
    unknown = sorted(set(values) - set(settings.model_fields))
    if unknown:
        raise SettingsError(f"settings file {path}: unknown setting {', '.join(unknown)}")
    return values


def _explain(item: Any) -> str:
    """One line for one invalid setting, without its value, which may be a secret."""
    name = str(item["loc"][0]).upper() if item["loc"] else ""
    message = str(item["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}" if name else message


def _read_key(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise SettingsError(f"GITHUB_PRIVATE_KEY_FILE {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"GITHUB_PRIVATE_KEY_FILE {path} is not a PEM-encoded private key") from None
