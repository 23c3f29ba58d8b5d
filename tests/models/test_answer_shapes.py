"""Answers in every shape: what a model found is in the review, or the file does not count as reviewed."""

import zlib

import pytest
from aiohttp import web

from tests.models.reviews import FOUND, Reviews, found, missed
from tests.stories.answer_shapes import NOT_READ, READ, responding
from tests.stories.scripted_model import scripted_model


@pytest.mark.parametrize("name", READ)
async def test_what_can_be_read_is_read(reviews: Reviews, name: str) -> None:
    async with scripted_model() as model:
        model.findings, model.wrap = [FOUND], responding(READ[name])
        verdict, _ = await reviews.make(model.url)

    assert ([True], []) == ([title.startswith("PROBE") for title in found(verdict)], missed(verdict))
    assert "Makes the thing do what it says." == verdict.review.purpose


@pytest.mark.parametrize("name", NOT_READ)
async def test_what_cannot_be_read_is_told(reviews: Reviews, name: str) -> None:
    shape, reason = NOT_READ[name]
    async with scripted_model() as model:
        model.findings, model.wrap = [FOUND], responding(shape)
        verdict, _ = await reviews.make(model.url)

    [why] = missed(verdict)
    assert reason in why


@pytest.mark.parametrize("name", ["cut", "cut by the limit", "thoughts without an end"])
async def test_what_is_certain_of_a_broken_answer_is_shown(reviews: Reviews, name: str) -> None:
    async with scripted_model() as model:
        model.findings, model.wrap = [FOUND], responding(NOT_READ[name][0])
        verdict, _ = await reviews.make(model.url)

    assert [] == found(verdict)
    assert ["PROBE"] == [finding.title for finding in verdict.review.unsure], "the second look failed"
    assert missed(verdict)[0].startswith("only a part of it was reviewed: ")


@pytest.mark.parametrize("name", ["choices null", "nothing", "a page", "message null"])
async def test_an_answer_that_is_none_is_asked_for_once_more(reviews: Reviews, name: str) -> None:
    broken = {"message null": b'{"choices": [{"message": null}]}'}
    body = broken.get(name) or NOT_READ[name][0]("")
    async with scripted_model() as model:
        model.findings = [FOUND]
        model.respond = lambda _: web.Response(body=body) if len(model.asked) == 1 else None
        verdict, _ = await reviews.make(model.url)

    assert (["PROBE"], []) == (found(verdict), missed(verdict))


async def test_a_server_that_compresses_all_the_same_is_read(reviews: Reviews) -> None:
    async with scripted_model() as model:
        model.findings, model.wrap = [FOUND], responding(READ["plain"], packed=True)
        verdict, _ = await reviews.make(model.url)

    assert ["PROBE"] == found(verdict)


async def test_what_unpacks_without_end_is_not_taken_in(reviews: Reviews) -> None:
    bomb = zlib.compress(b" " * 64 * 1024 * 1024)
    async with scripted_model() as model:
        model.respond = lambda _: web.Response(body=bomb, headers={"Content-Encoding": "deflate"})
        verdict, _ = await reviews.make(model.url)

    assert "sent a response of more than 16777216 bytes" in missed(verdict)[0]


def test_there_are_many_of_them() -> None:
    assert len(READ) + len(NOT_READ) >= 60
