"""Stored reviews of earlier releases, which looked nothing up."""

from bot.core.records import Transcript

STORED = '{"settings": {"model": null, "templates": [], "features": {"signals": true}}, "module": "m"}'


def test_a_transcript_from_before_look_ups_makes_none_in_a_replay() -> None:
    assert not Transcript.model_validate_json(STORED).settings.features.lookups


def test_a_transcript_of_now_says_whether_it_looked_things_up() -> None:
    for looked_up in (True, False):
        before = Transcript.model_validate_json(STORED)
        features = before.settings.features.model_copy(update={"lookups": looked_up})
        settings = before.settings.model_copy(update={"features": features})
        stored = before.model_copy(update={"settings": settings}).model_dump_json()

        assert Transcript.model_validate_json(stored).settings.features.lookups is looked_up
