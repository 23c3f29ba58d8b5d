"""Fixtures and hooks shared by all tests."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import certifi
import pytest
from hypothesis import HealthCheck, settings

from tests.postgres import Cluster, cluster
from tests.smollm2 import SMOLLM2

# The slowest tests, which mostly wait; started last, they would leave other workers idle at the end.
FIRST = ("stories", "models", "github_simulator", "sandbox", "engine", "cli")

HERE = Path(__file__).parent
NPM = HERE / "npm/node_modules/.ready"
# What tests need besides packages: its file, the tests, and what to do without it.
MATERIAL = (
    (
        NPM,
        ("cli", "engine", "github", "github_simulator", "stories"),
        "GitHub's API description is missing: run `make npm` to fetch it",
    ),
    (SMOLLM2, ("models", "stories"), "the model SmolLM2 is missing: run `make smollm2` to fetch it"),
)

# How long an example takes says nothing: other processes have the machine, too.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_configure(config: pytest.Config) -> None:
    """Ends the run at once if it includes tests whose material has not been fetched."""
    chosen = [Path(config.invocation_params.dir, argument.partition("::")[0]) for argument in config.args]
    for file, names, missing in MATERIAL:
        needing = [HERE / name for name in names]
        is_needed = any(
            path.is_relative_to(need) or need.is_relative_to(path) for path in chosen for need in needing
        )
        if is_needed and not file.exists():
            raise pytest.UsageError(f"{missing}, or `make quick` for the tests that do not need it")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Orders the files for the workers (with --no-loadscope-reorder)."""

    def rank(item: pytest.Item) -> int:
        room = item.path.relative_to(HERE).parts[0]
        return FIRST.index(room) if room in FIRST else len(FIRST)

    items.sort(key=rank)


@pytest.fixture(scope="session", autouse=True)
def _one_authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """HTTP clients read all certificates of authorities when they are made, which takes 30 ms, and the tests
    make thousands of clients for servers without TLS.
    """
    one, end, _ = Path(certifi.where()).read_text(encoding="utf-8").partition("-----END CERTIFICATE-----")
    bundle = tmp_path_factory.mktemp("authorities") / "one.pem"
    bundle.write_text(one + end, encoding="utf-8")
    paths = ssl.get_default_verify_paths()._replace(openssl_cafile=str(bundle), openssl_capath="")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(certifi, "where", lambda: str(bundle))
        patch.setattr(ssl, "get_default_verify_paths", lambda: paths)
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A PostgreSQL server for the whole run; each test creates its own database."""
    with cluster() as running:
        yield running
