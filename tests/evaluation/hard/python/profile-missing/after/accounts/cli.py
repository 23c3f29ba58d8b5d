"""python -m accounts.cli show USER"""

import argparse
import asyncio
import sys

from accounts.database import connect
from accounts.profiles import ProfileMissing, Profiles


async def show(user: int) -> int:
    async with connect() as database:
        try:
            profile = await Profiles(database).load(user)
        except ProfileMissing as error:
            print(error, file=sys.stderr)
            return 1
    print(f"{profile.name} <{profile.email}>, {profile.language}")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["show"])
    parser.add_argument("user", type=int)
    return asyncio.run(show(parser.parse_args().user))


if __name__ == "__main__":
    sys.exit(main())
