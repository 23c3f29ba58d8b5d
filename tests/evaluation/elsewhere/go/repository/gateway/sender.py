"""Runs in the cellar: sends readings as often as the plan says."""

import time

EVERY = {"quarter": 900, "hour": 3600, "day": 86400}


def pause(plan: dict[str, str]) -> int:
    return EVERY[plan["every"]]


def run(fetch_plan, read_meter, send) -> None:
    while True:
        send(read_meter())
        time.sleep(pause(fetch_plan()))
