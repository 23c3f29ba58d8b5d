"""Every operator setting, typed. The only reader of the environment and of the settings file.

A setting's name in the environment is its field's name in capitals (`OPENAI_MODEL`); in the TOML
file it is the field's name as it stands (`openai_model = "…"`). The environment wins.
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
# Tokens of a context that are kept for an answer, unless the operator says otherwise: a quarter, and at most
# so many.
OPENAI_ANSWER, LLAMA_ANSWER = 8192, 1536

Url = Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^https?://[^\s/]+(/\S*)?$")]


def _completed(value: object) -> object:
    """A model server's address, as people write and paste it, as a base URL."""
    return complete(value) if isinstance(value, str) and value.strip() else value


ModelUrl = Annotated[Url, BeforeValidator(_completed)]


def _listed(value: object) -> object:
    """Lets a list be written as `a, b` where only text can be given."""
    if isinstance(value, str):
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
EngineNames = Annotated[tuple[EngineName, ...], NoDecode, BeforeValidator(_listed)]


def _asset(packaged: str, checkout: str) -> Path:
    """A directory that the wheel carries inside the package and a checkout beside it."""
    inside = Path(str(files("bot"))) / "assets" / packaged
    return inside if inside.is_dir() else CHECKOUT / checkout


class Settings(BaseSettings):
    """What the operator chose. `load` reads it; the fields' descriptions are its documentation."""

    model_config = SettingsConfigDict(env_ignore_empty=True, extra="forbid", populate_by_name=True)

    # GitHub
    github_api_url: Url = Field(
        "https://api.github.com",
        description="REST API of GitHub; of GitHub Enterprise Server https://HOST/api/v3.",
    )
    github_app_id: str | None = Field(None, description="App ID of the GitHub App.")
    github_private_key: SecretStr | None = Field(None, description="The App's private key, as PEM text.")
    github_private_key_file: Path | None = Field(
        None, description="File that holds the App's private key; instead of github_private_key."
    )
    github_token: SecretStr | None = Field(
        None, description="A plain token, instead of an App; for one repository or a try-out."
    )
    github_webhook_secret: SecretStr | None = Field(
        None, description="Secret that signs the webhooks. `serve` does not start without it."
    )
    github_webhook_secret_previous: SecretStr | None = Field(
        None, description="The secret before the present one, accepted while it is being rotated."
    )

    # Models
    openai_api_key: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("openai_api_key", "llm_api_key"),
        description="Key of the OpenAI-compatible server; may be left out for a server that asks for none.",
    )
    openai_base_url: ModelUrl | None = Field(
        None,
        validation_alias=AliasChoices("openai_base_url", "llm_api_endpoint"),
        description="Base URL of an OpenAI-compatible server, with its /v1; of a deployment at Azure with "
        "its ?api-version. Without it: OpenAI's own.",
    )
    openai_model: str = Field(
        "gpt-5-mini",
        min_length=1,
        validation_alias=AliasChoices("openai_model", "llm_model_name"),
        description="Model to ask for.",
    )
    openai_context: int = Field(
        128_000,
        ge=2048,
        le=1_000_000_000,
        validation_alias=AliasChoices("openai_context", "llm_ctx_size"),
        description="Context of that model in tokens: prompt and answer together.",
    )
    openai_answer: int | None = Field(
        None,
        ge=256,
        description="Tokens of the context that are kept for an answer, at most half of it. Unset: a "
        f"quarter of the context, and at most {OPENAI_ANSWER}.",
    )
    openai_enforcement: Enforcement = Field(
        Enforcement.SCHEMA,
        description="How far the server enforces JSON: schema, object or prompt. Stepped down by itself "
        "when the server refuses it.",
    )
    openai_timeout: float = Field(300, gt=0, description="Seconds to wait for one answer.")
    openai_concurrency: int = Field(4, ge=1, le=256, description="Requests to that server at the same time.")
    openai_concurrency_total: int = Field(
        0,
        ge=0,
        le=1024,
        description="The same of all processes together that share the database; 0: each minds its own.",
    )
    openai_local: bool | None = Field(
        None,
        description="Whether that server counts as local, so that private code may be sent to it. "
        "Unset: only when its host is this machine.",
    )
    llama_model: Path | None = Field(
        None,
        description="A GGUF file, or the name of a model that `review-bot model pull` brought; runs in a "
        "process of its own.",
    )
    models_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_data_dir("code-review-bot")) / "models",
        description="Directory that `review-bot model pull` keeps models in.",
    )
    llama_server_url: ModelUrl | None = Field(
        None,
        description="An llama.cpp, Ollama or vLLM server that runs the local model, instead of llama_model.",
    )
    llama_server_key: SecretStr | None = Field(
        None, description="Key of that server; may be left out for a server that asks for none."
    )
    llama_server_model: str | None = Field(
        None, min_length=1, description="Model to ask that server for. Unset: the only one that it has."
    )
    llama_server_slots: int = Field(
        0,
        ge=0,
        le=256,
        description="Requests to that server at the same time; 0: as many as it has slots, 8 to vLLM, 1 to "
        "Ollama.",
    )
    llama_server_local: bool | None = Field(
        None,
        description="Whether that server counts as local, so that private code may be sent to it. "
        "Unset: only when its host is this machine.",
    )
    llama_context: int = Field(
        8192,
        ge=2048,
        le=1_000_000_000,
        description="Context for the local model in tokens: prompt and answer together. Unset, a server's "
        "own holds.",
    )
    llama_answer: int | None = Field(
        None,
        ge=256,
        description="Tokens of that context that are kept for an answer, at most half of it. Unset: a "
        f"quarter of the context, and at most {LLAMA_ANSWER}.",
    )
    llama_profile: str = Field(
        "auto",
        pattern=r"^[a-z0-9-]+(/(simple|full))?$",
        description="How the local model is asked: auto goes by its family and size, or name a family "
        "(qwen-coder, llama, …); with /simple or /full after it, few or all questions.",
    )
    llama_threads: int = Field(
        0, ge=0, le=512, description="CPU threads of the GGUF model; 0 chooses by the machine's cores."
    )
    llama_slots: int = Field(
        0,
        ge=0,
        le=16,
        description="Questions that the GGUF model works on at the same time, each with a context of "
        "its own; 0 chooses by cores and memory. On a GPU, 8 are a good start.",
    )
    llama_gpu_layers: int = Field(
        -1, ge=-1, description="Layers to put on a GPU where the build has one; -1 means all."
    )
    llama_timeout: float = Field(600, gt=0, description="Seconds to wait for one answer of the local model.")
    model_rest: float = Field(
        30,
        gt=0,
        le=3600,
        description="Seconds that a model is given a rest after five failures in a row; longer each time "
        "that it has not helped. Its stand-in is asked meanwhile; without one, reviews wait.",
    )
    model_order: EngineNames = Field(
        ("openai", "llama"),
        description="Which of the configured models is asked first, and which ones stand in for it.",
    )
    private_local_only: bool = Field(
        False, description="Send nothing of a private repository to a model that is not local."
    )

    # Reviews
    review_language: str = Field(
        "English", min_length=2, max_length=40, description="Language of the review."
    )
    review_findings: int = Field(6, ge=0, le=50, description="The most comments to put on lines per review.")
    review_threshold: Severity = Field(
        Severity.NIT, description="Findings below this severity are left out: critical, major, minor or nit."
    )
    review_confidence: float = Field(
        0.5, ge=0, le=1, description="Findings that the model is less sure of than this are left out."
    )
    review_portion: int = Field(
        4000,
        ge=300,
        le=100_000,
        description="The most tokens of diff in one question; fewer where the model's context is smaller.",
    )
    review_drafts: bool = Field(False, description="Review drafts, too.")
    review_bots: bool = Field(False, description="Review pull requests that bots opened, too.")
    budget_review: int = Field(
        0,
        ge=0,
        description="The most tokens that one review may take, questions and answers together. What is left "
        "out then is named. 0: no limit.",
    )
    budget_pull: int = Field(
        0, ge=0, description="The same of all reviews and answers of one pull request. 0: no limit."
    )
    budget_repository_month: int = Field(
        0, ge=0, description="The same of one repository in a calendar month (UTC). 0: no limit."
    )
    budget_month: int = Field(
        0, ge=0, description="The same of everything in a calendar month (UTC). 0: no limit."
    )
    summary_renewals: int = Field(
        0,
        ge=0,
        description="How often a summary comment that somebody deleted is written anew unasked. A /review "
        "always writes one.",
    )
    trigger_phrase: Words = Field(
        ("flows summarize", "flows review"),
        description="Phrases that ask for a review when a comment starts with them, beside /review.",
    )
    bot_name: str | None = Field(
        None, description="Name to be mentioned by (`@name review`). Unset: the App's own name."
    )

    # The server
    database_url: str | None = Field(
        None,
        description="Where jobs, journal and reviews are kept: sqlite:///FILE, or "
        "postgresql://USER:PASSWORD@HOST/DATABASE for any number of machines. Unset: an SQLite file in the "
        "user's data directory.",
    )
    role: Role = Field(
        "all", description="What `serve` does: web receives deliveries, worker reviews, all does both."
    )
    host: str = Field("127.0.0.1", min_length=1, description="Address to listen on; 0.0.0.0 for all.")
    port: int = Field(8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    workers: int = Field(4, ge=1, le=64, description="Reviews that run at the same time in one process.")
    workers_total: int = Field(
        0, ge=0, le=100_000, description="The same of all processes together; 0: as many as they are."
    )
    workers_per_installation: int = Field(
        0,
        ge=0,
        le=100_000,
        description="The same of one installation of the App, in all processes; 0: no limit.",
    )
    attempts: int = Field(5, ge=1, le=20, description="How often a review is tried before it is given up.")
    grace: float = Field(
        25,
        ge=0,
        description="Seconds that running reviews are given to end when the server stops; then "
        "they are handed back, and go on at the next start or in another process.",
    )
    sweep_minutes: float = Field(
        10,
        ge=0,
        description="How often deliveries that failed are asked for again, at GitHub and at the start, too. "
        "0: never.",
    )
    catch_up: int = Field(
        20,
        ge=0,
        le=1000,
        description="The most open pull requests without a review that are looked for and reviewed, per "
        "installation, at the start and every six hours. 0: none.",
    )

    # What is kept
    keep_deliveries_days: Days = Field(7, description="Days for which deliveries are kept.")
    keep_deliveries_mb: Megabytes = Field(0, description="The most of them in megabytes; 0: no limit.")
    keep_jobs_days: Days = Field(90, description="Days for which jobs are kept that have ended.")
    keep_journal_days: Days = Field(
        30, description="Days for which answers of models are kept, to be used again."
    )
    keep_journal_mb: Megabytes = Field(0, description="The most of them in megabytes; 0: no limit.")
    keep_reviews_days: Days = Field(365, description="Days for which reviews are kept.")
    keep_reviews_mb: Megabytes = Field(0, description="The most of them in megabytes; 0: no limit.")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="Least level to log.")
    log_format: Literal["auto", "json", "console"] = Field(
        "auto", description="How to log; auto: for people on a terminal, as JSON elsewhere."
    )

    # Modules
    modules_dir: Path = Field(
        default_factory=lambda: _asset("modules", "wasm_modules/dist"),
        description="Directory with the WebAssembly modules. Unset: the built-in ones.",
    )
    review_function: Path | None = Field(
        None, description="A review function of your own (.wasm), in place of the built-in one."
    )
    prompts_dir: Path = Field(
        default_factory=lambda: _asset("prompts", "prompts"),
        description="Directory with the prompt templates. Unset: the built-in ones.",
    )
    cache_dir: Path = Field(
        default_factory=lambda: Path(platformdirs.user_cache_dir("code-review-bot")),
        description="Private directory for compiled modules, and for what the models' servers turned out to "
        "take.",
    )

    @model_validator(mode="after")
    def _agree(self) -> Self:
        """Settings that make no sense together. A model's name becomes its file."""
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
                    f"({context}), else no room is left for the prompt; unset, it is a quarter"
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
        """Command line (as initial values), then environment, then the file."""
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
        """Tokens that are kept for an answer of that model."""
        return self.openai_answer or min(self.openai_context // 4, OPENAI_ANSWER)

    @property
    def llama_room(self) -> int:
        """The same of the local one."""
        return self.llama_answer or min(self.llama_context // 4, LLAMA_ANSWER)

    @property
    def has_openai(self) -> bool:
        return self.openai_api_key is not None or self.openai_base_url is not None

    @property
    def has_llama(self) -> bool:
        return self.llama_model is not None or self.llama_server_url is not None

    def private_key(self) -> str:
        """The App's private key, of whichever setting holds it."""
        if self.github_private_key:
            return self.github_private_key.get_secret_value().replace("\\n", "\n")
        if self.github_private_key_file:
            return _read_key(self.github_private_key_file)
        raise SettingsError(
            "GITHUB_APP_ID is set without a key: set GITHUB_PRIVATE_KEY or GITHUB_PRIVATE_KEY_FILE"
        )

    def webhook_secrets(self) -> tuple[str, ...]:
        """The secrets that a delivery may be signed with. Without any, nothing is served."""
        secrets = (self.github_webhook_secret, self.github_webhook_secret_previous)
        known = tuple(secret.get_secret_value() for secret in secrets if secret)
        if not self.github_webhook_secret:
            raise SettingsError(
                "GITHUB_WEBHOOK_SECRET is not set: give the server the secret that the webhook is signed with"
            )
        return known


def load(**given: Any) -> Settings:
    """Reads file and environment; `given` (the command line) goes before both.

    Raises:
        SettingsError: names every setting that is wrong, where it stands, and what it should be.
    """
    try:
        return Settings(**given)
    except ValidationError as error:
        raise SettingsError("\n".join(_explain(item) for item in error.errors())) from None


def settings_file() -> Path | None:
    """The TOML file in use: the one named by REVIEW_BOT_SETTINGS, or ./review-bot.toml if there."""
    named = os.environ.get(FILE_VARIABLE)
    if named:
        return Path(named)
    here = Path(DEFAULT_FILE)
    return here if here.is_file() else None


def _file_values(settings: type[BaseSettings]) -> dict[str, Any]:
    path = settings_file()
    if path is None:
        return {}
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"settings file {path}: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"settings file {path} is not TOML: {error}") from None
    unknown = sorted(set(values) - set(settings.model_fields))
    if unknown:
        raise SettingsError(f"settings file {path}: unknown setting {', '.join(unknown)}")
    return values


def _explain(item: Any) -> str:
    """One line for one wrong setting. The value is left out, for it may be a secret."""
    name = str(item["loc"][0]).upper() if item["loc"] else ""
    message = str(item["msg"]).removeprefix("Value error, ")
    return f"{name}: {message}" if name else message


def _read_key(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except OSError as error:
        raise SettingsError(f"GITHUB_PRIVATE_KEY_FILE {path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"GITHUB_PRIVATE_KEY_FILE {path} is not a PEM file") from None
