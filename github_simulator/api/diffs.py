"""Answers in the diff and patch media types."""

import re
from collections.abc import Iterator, Sequence

from aiohttp import web

from bot.core.change import File
from bot.core.diff import render_diff
from github_simulator.api.api_request import ApiRequest
from github_simulator.api.refusals import Refusal
from github_simulator.state import Commit

MOST_FILES = 300
MOST_LINES = 20_000
_MEDIA = re.compile(r"application/vnd\.github(?:\.v3)?\.(\w+)")


def wants(request: ApiRequest, media: str) -> bool:
    """Whether the Accept header requests GitHub's media type `media`: "diff", "patch" or "raw"."""
    return media in _MEDIA.findall(request.http.headers.get("Accept", ""))


def diff_answer(resource: str, files: Sequence[File]) -> web.Response:
    text = render_diff(files)
    _check_size(resource, files, text)
    return _text(text, "diff")


def patch_answer(resource: str, files: Sequence[File], commits: Sequence[Commit]) -> web.Response:
    """The commits as e-mails, in the format of `git format-patch`."""
    text = "".join(_emails(commits))
    _check_size(resource, files, text)
    return _text(text, "patch")


def _check_size(resource: str, files: Sequence[File], text: str) -> None:
    if len(files) > MOST_FILES:
        raise too_large(resource, f"files ({MOST_FILES})")
    if text.count("\n") > MOST_LINES:
        raise too_large(resource, f"lines ({MOST_LINES})")


def too_large(resource: str, limit: str) -> Refusal:
    message = (
        f"Sorry, the diff exceeded the maximum number of {limit}. Consider using "
        "'List pull requests files' API or locally cloning the repository instead."
    )
    return Refusal(406, message, [{"resource": resource, "field": "diff", "code": "too_large"}])


def _text(text: str, kind: str) -> web.Response:
    headers = {
        "Content-Type": f"application/vnd.github.v3.{kind}; charset=utf-8",
        "X-GitHub-Media-Type": f"github.v3; param={kind}",
    }
    return web.Response(body=text.encode("utf-8", "replace"), headers=headers)


def _emails(commits: Sequence[Commit]) -> Iterator[str]:
    for number, commit in enumerate(commits, 1):
        title, _, rest = commit.message.partition("\n")
        count = f" {number}/{len(commits)}" if len(commits) > 1 else ""
        yield f"From {commit.sha} Mon Sep 17 00:00:00 2001\n"
        yield f"From: {commit.author.login} <{commit.author.login}@example.com>\n"
        yield f"Date: {commit.date:%a, %d %b %Y %H:%M:%S +0000}\n"
        yield f"Subject: [PATCH{count}] {title}\n\n"
        yield f"{rest.strip()}\n" if rest.strip() else ""
        yield f"---\n\n{render_diff(commit.files)}-- \n2.51.0\n\n"
