"""The computer at the entrance."""

import time

import requests

SERVER = "https://clinic.example.org"


def arrive(code: str) -> None:
    """The patient has typed the name of the appointment."""
    message = {"appointment": code.strip().upper(), "arrived": int(time.time())}
    requests.post(f"{SERVER}/kiosk/arrivals", json=message, timeout=5)


def free_times() -> list[str]:
    return requests.get(f"{SERVER}/kiosk/next", timeout=5).json()
