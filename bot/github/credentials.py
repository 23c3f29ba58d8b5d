"""With what the bot shows GitHub who it is."""

from dataclasses import dataclass, field

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from bot.core.errors import SettingsError


@dataclass(frozen=True)
class AppCredentials:
    """A GitHub App: its id (or client id) and its private key as PEM text. Raises `SettingsError`.

    `key` is the private key, ready to sign: loading it checks its primes, which takes a while.
    """

    app_id: str
    private_key: str = field(repr=False)
    key: RSAPrivateKey = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        try:
            key = load_pem_private_key(self.private_key.encode(), password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, RSAPrivateKey):
            raise SettingsError(
                "GITHUB_PRIVATE_KEY (or its file) is not a PEM-encoded RSA private key; "
                "give the .pem file that GitHub made for the App"
            )
        object.__setattr__(self, "key", key)


@dataclass(frozen=True)
class TokenCredentials:
    """A plain token: a personal one."""

    token: str = field(repr=False)

    def __post_init__(self) -> None:
        if not self.token.isascii() or not self.token.isprintable() or " " in self.token or not self.token:
            raise SettingsError("GITHUB_TOKEN is no token: it is empty or holds spaces or odd characters")


Credentials = AppCredentials | TokenCredentials
