"""The kinds of error that the bot tells apart. Anything else is a bug and is logged as one."""


class BotError(Exception):
    """Base of the errors below; its text is for people and carries no secret. `passes`: asking once more may
    come out otherwise, with nothing changed.
    """

    passes = False


class Retry(BotError):
    """Will pass: try again in `after` seconds (None: the caller's own backoff)."""

    passes = True

    def __init__(self, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Refused(BotError):
    """Will not pass by waiting: the text tells the user or operator what is wrong and what to do.

    `brief` is what is wrong alone, for a reader who knows what was tried, and `advice` what to do alone, as a
    sentence without its full stop.
    """

    def __init__(self, message: str, *, brief: str = "", advice: str = "") -> None:
        super().__init__(message)
        self.brief = brief or message
        self.advice = advice


def is_final(error: Refused | Retry, *, patient: bool = False) -> bool:
    """Whether what was only good to have is done without: when it is refused, and when it may pass but nobody
    waits for it. `patient`: the work is done again. A moment that was named is waited for in any case.
    """
    return isinstance(error, Refused) or not (patient or error.after is not None)


class DatabaseError(BotError):
    """The database refuses a piece of work, and will each time: a bug, or a database that was damaged. The
    text is for the operator.
    """


class ModuleError(BotError):
    """A WebAssembly module misbehaved. `kind` is one of: load, imports, trap, timeout, memory,
    stack, output, invalid, refused.
    """

    def __init__(self, kind: str, module: str, message: str) -> None:
        super().__init__(f"module {module}: {message}")
        self.kind = kind
        self.module = module
        self.reason = message
        # The time that a call takes depends on what else the machine does. All else comes out the same.
        self.passes = kind == "timeout"


class SettingsError(BotError):
    """A setting is missing or wrong; the text names it."""


class EngineFailure(BotError):
    """A model gave no completion. `kind` is a `Trouble` (bot/core/llm/messages.py); `after` is when to
    try again (seconds), where the server said so.
    """

    def __init__(self, kind: str, message: str, after: float | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.after = after


class NNError(BotError):
    """A backend of WASI-NN cannot do what a guest asks. `code` is an error code of the standard:
    invalid-argument, invalid-encoding, timeout, runtime-error, unsupported-operation, too-large,
    not-found, security, unknown.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
