"""Fetches the states that the carriers reported: python -m scripts.catch_up --since DAY"""

import argparse
from datetime import date


def parser() -> argparse.ArgumentParser:
    options = argparse.ArgumentParser(prog="catch_up")
    options.add_argument("--carrier", default="rail")
    options.add_argument("--since", type=date.fromisoformat, required=True, help="the first day")
    options.add_argument("--dry", action="store_true", help="change nothing")
    return options


def main() -> None:
    chosen = parser().parse_args()
    print(f"{chosen.carrier}: since {chosen.since}")


if __name__ == "__main__":
    main()
