"""Looks up a repository on the Hugging Face Hub; obeys HF_ENDPOINT, HF_TOKEN and HF_HUB_OFFLINE."""

import importlib.util
from typing import TYPE_CHECKING, NoReturn

import httpx2

from bot.core.errors import Refused
from bot.models.gguf_store.choice import HubFile, choose
from bot.models.gguf_store.fetch import RemoteFile
from bot.models.gguf_store.offer import ModelOffer
from bot.models.gguf_store.source import HubSource

if TYPE_CHECKING:  # imported late: it takes a while, and comes with the extra only
    from huggingface_hub import ModelInfo
    from huggingface_hub.errors import HfHubHTTPError

_TIMEOUT = 30.0
OFFLINE = (
    "HF_HUB_OFFLINE is set, so nothing is downloaded: unset it, or copy the file to this machine and pull it "
    "by its path"
)


def is_offline() -> bool:
    """Whether downloads are disabled."""
    if importlib.util.find_spec("huggingface_hub") is None:
        return False
    from huggingface_hub import constants  # noqa: PLC0415

    return constants.is_offline_mode()


def ask_hub(source: HubSource, revision: str | None) -> ModelOffer:
    """The files to download. Raises `Refused`."""
    if importlib.util.find_spec("huggingface_hub") is None:
        raise Refused("huggingface-hub is missing: pip install 'code-review-bot[local]'")
    if is_offline():
        raise Refused(OFFLINE)
    found = _look_up(source.repository, revision)
    listed = [_listed(sibling) for sibling in found.siblings or ()]
    chosen = choose(listed, source.pattern, f"the repository {source.repository}")
    return ModelOffer(
        files=tuple(_remote(source.repository, file, found.sha or revision or "main") for file in chosen),
        source=str(HubSource(source.repository, chosen[0].path)),
        revision=found.sha,
        licence=_licence(found),
    )


def _look_up(repository: str, revision: str | None) -> "ModelInfo":
    from huggingface_hub import HfApi  # noqa: PLC0415
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled  # noqa: PLC0415

    try:
        return HfApi().model_info(repository, revision=revision, files_metadata=True, timeout=_TIMEOUT)
    except OfflineModeIsEnabled:
        raise Refused(OFFLINE) from None
    except HfHubHTTPError as error:
        _refuse(repository, revision, error)
    except (httpx2.TransportError, OSError) as error:
        reason = str(error) or type(error).__name__
        raise Refused(
            f"the hub cannot be reached: {reason}; set HF_ENDPOINT to use another hub, or copy the file to "
            "this machine and pull it by its path"
        ) from None


def _refuse(repository: str, revision: str | None, error: "HfHubHTTPError") -> NoReturn:
    """Raises `Refused` with advice. The hub answers 401 both for missing and for private repositories."""
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError, RevisionNotFoundError  # noqa: PLC0415

    status = error.response.status_code
    if isinstance(error, RevisionNotFoundError):
        raise Refused(f"the repository {repository} has no revision {revision}") from None
    if isinstance(error, GatedRepoError) or status == 403:
        raise Refused(
            f"the repository {repository} is gated: accept the terms on its page, and set HF_TOKEN to a "
            "token of that account"
        ) from None
    if isinstance(error, RepositoryNotFoundError) or status == 401:
        raise Refused(
            f"the repository {repository} does not exist or is private: check its name, or set HF_TOKEN to a "
            "token with read access"
        ) from None
    raise Refused(f"the hub answered {status} for {repository}; try again later") from None


def _listed(sibling: object) -> HubFile:
    lfs = getattr(sibling, "lfs", None)
    size = getattr(sibling, "size", None)
    return HubFile(
        path=str(getattr(sibling, "rfilename", "")),
        size=lfs.size if lfs else size,
        sha256=lfs.sha256.lower() if lfs else None,
    )


def _remote(repository: str, file: HubFile, revision: str) -> RemoteFile:
    from huggingface_hub import constants, hf_hub_url  # noqa: PLC0415
    from huggingface_hub.utils._headers import build_hf_headers  # noqa: PLC0415

    url = hf_hub_url(repository, file.path, revision=revision, endpoint=constants.ENDPOINT)
    return RemoteFile(url, file.name, file.size, file.sha256, build_hf_headers())


def _licence(found: "ModelInfo") -> str | None:
    """The short identifier of the licence, or its name and link."""
    card = found.card_data
    if card is None:
        tags = (tag.removeprefix("license:") for tag in found.tags or () if tag.startswith("license:"))
        return next(tags, None)
    named = [card.get("license_name"), card.get("license_link")]
    short = card.get("license")
    parts = [str(part) for part in (named if short == "other" and any(named) else [short]) if part]
    return " ".join(parts)[:300] or None
