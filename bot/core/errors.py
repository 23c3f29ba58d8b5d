"""The errors that the bot distinguishes. Any other exception is a bug and logged as one."""


class BotError(Exception):
    """Base of the errors below; its text is for people and contains no secret. `passes`: another attempt may
    succeed without changes.
    """

    passes = False


class Retry(BotError):
    """A temporary failure: retry in `after` seconds (None: use the caller's backoff)."""

    passes = True

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Refused(BotError):
    """A permanent failure: the text tells the user or operator what is wrong and what to do.

    `brief` is only the cause, for a reader who knows what the bot tried; `advice` is only the remedy, as a
    sentence without a full stop.
    """

    def __init__(self, message: str, *, brief: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.brief = brief or message
        self.advice = advice


def is_final(error: Refused | Retry, *, patient: bool = False) -> bool:
    """Whether to continue without an optional result: after a refusal, or after a temporary failure without a
    retry time. `patient`: the caller retries the work, so temporary failures are not final.
    """
    return isinstance(error, Refused) or not (patient or error.after is not None)


class DatabaseError(BotError):
    """The database rejects an operation every time: a bug, or a damaged database. The text is for the
    operator.
    """


class ModuleError(BotError):
    """A WebAssembly module failed. `kind` is one of: load, imports, trap, timeout, memory, stack, output,
    invalid, refused.
    """

    def __init__(self, kind: str, module: str, message: str) -> None:
        super().__init__(f"module {module}: {message}")
        self.kind = kind
        self.module = module
        self.reason = message
        # Only the duration of a call depends on the load of the machine; everything else is deterministic.
        self.passes = kind == "timeout"


class SettingsError(BotError):
    """A setting is missing or invalid; the text names it."""


class EngineFailure(BotError):
    """A model returned no completion. `kind` is a `FailureKind` (bot/core/llm/messages.py); `after` is the
    number of seconds until a retry, if the server named it.
    """

    def __init__(self, kind: str, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.after = after


class NNError(BotError):
    """A WASI-NN backend cannot execute a guest's request. `code` is an error code of the standard:
    invalid-argument, invalid-encoding, timeout, runtime-error, unsupported-operation, too-large,
    not-found, security, unknown.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
