"""Draws the picture in README: the review that `review-bot demo` posts on pull.diff, as GitHub shows it.

`make picture` runs it. It needs Chromium and its fonts (Debian: chromium, fonts-noto-core and
fonts-liberation), npm, and the packages that requirements.txt and package.json in this directory name.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from io import BytesIO
from pathlib import Path
from typing import Any

from page import HERE, conversation
from PIL import Image, ImageChops

ROOT = HERE.parent.parent
DIFF, TITLE = HERE / "pull.diff", "Export invoices as PDF"
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
WIDTH, HEIGHT, SCALE = 850, 4000, 1.5  # CSS pixels, of which the lower, empty ones are cut off
MARGIN, COLORS = 24, 128


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--review-bot", default=str(ROOT / ".venv/bin/review-bot"), help="The command to run."
    )
    demo = _demo(parser.parse_args().review_bot)
    diff = DIFF.read_text(encoding="utf-8")
    for scheme in ("light", "dark"):
        target = HERE / f"review-{scheme}.png"
        target.write_bytes(_compress(_screenshot(conversation(demo, diff, scheme))))
        sys.stdout.write(f"{target.relative_to(ROOT)}: {target.stat().st_size / 1000:.0f} kB\n")


def _demo(review_bot: str) -> dict[str, Any]:
    """What is on the simulated GitHub after a review by rules alone; the file's name becomes the title."""
    with tempfile.TemporaryDirectory() as directory:
        diff = shutil.copy(DIFF, Path(directory, f"{TITLE}.diff"))
        command = [Path(review_bot).absolute(), "demo", "--json", "--open-pull", diff]
        # Settings that name a model, in this directory or the environment, stay outside.
        env = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
        done = subprocess.run(command, cwd=directory, env=env, stdout=subprocess.PIPE, check=True)
    return dict(json.loads(done.stdout))


def _screenshot(html: str) -> Image.Image:
    with tempfile.TemporaryDirectory() as directory:
        page, shot = Path(directory, "page.html"), Path(directory, "page.png")
        page.write_text(html, encoding="utf-8")
        # Chromium's own sandbox does not start as root; this page holds no script and loads nothing.
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        options += [f"--window-size={WIDTH},{HEIGHT}", f"--force-device-scale-factor={SCALE}"]
        options += [f"--user-data-dir={directory}/profile", f"--screenshot={shot}"]
        subprocess.run([_chromium(), *options, page.as_uri()], stderr=subprocess.DEVNULL, check=True)
        return Image.open(shot).convert("RGB")


def _chromium() -> str:
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if not found:
        sys.exit("Chromium is missing; on Debian: apt install chromium fonts-noto-core fonts-liberation")
    return found


def _compress(shot: Image.Image) -> bytes:
    """As PNG with a palette, without the empty part at the bottom."""
    background = Image.new("RGB", shot.size, shot.getpixel((0, 0)))
    box = ImageChops.difference(shot, background).getbbox() or (0, 0, *shot.size)
    cropped = shot.crop((0, 0, shot.width, box[3] + round(MARGIN * SCALE)))
    buffer = BytesIO()
    cropped.quantize(COLORS, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
