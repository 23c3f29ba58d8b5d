"""The server of archives, codeload.github.com: it knows no credentials, only links with a token."""

import asyncio
import contextlib
from collections.abc import Iterable

from aiohttp import web

from github_simulator.state import Repository, Unknown, World
from github_simulator.tarballs import tarball

_GZIP = "application/x-gzip"
_DIGITS = 7  # of the commit in the name of an archive's directory
_PAUSE = 0.02  # seconds between the bytes of a server that drips
_PIECE = 64 * 1024  # bytes


class Codeload:
    def __init__(self, world: World) -> None:
        self._world = world

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """The archive that the link names. 404 for an unknown or expired link."""
        archives = self._world.archives
        link = archives.links.get(request.query.get("token", ""))
        if link is None or link.expires <= self._world.now():
            return web.Response(status=404, text="404: Not Found")
        if archives.conduct == "elsewhere":
            return web.Response(status=302, headers={"Location": archives.elsewhere})
        if archives.conduct == "error":
            return web.Response(status=503, text="Service Unavailable")
        try:
            repo = self._world.find_repository(link.repository)
        except Unknown:
            return web.Response(status=404, text="404: Not Found")
        return await self._send(request, repo, link.sha)

    async def _send(self, request: web.Request, repo: Repository, ref: str) -> web.StreamResponse:
        sha = repo.tree_sha(ref)
        files = repo.tree(ref)
        if files is None:
            return web.Response(status=404, text="404: Not Found")
        conduct = self._world.archives.conduct
        name = f"{repo.owner.login}-{repo.name}-{sha[:_DIGITS]}"
        made = self._world.archives.made
        packed = b"" if made else tarball(name, sha, files, hostile=conduct == "hostile")
        response = web.StreamResponse(
            headers={
                "Content-Type": _GZIP,
                "Content-Disposition": f"attachment; filename={name}.tar.gz",
            }
        )
        if conduct == "short":
            response.content_length = len(packed)
        with contextlib.suppress(ConnectionError):
            await response.prepare(request)
            if made:
                await _send_made(response, made())
            else:
                await self._write(request, response, packed)
        return response

    async def _write(self, request: web.Request, response: web.StreamResponse, packed: bytes) -> None:
        match self._world.archives.conduct:
            case "cut" | "short":
                await response.write(packed[: len(packed) // 2])
                if request.transport is not None:
                    request.transport.close()  # sends what was written
            case "drip":
                for at in range(len(packed)):
                    await response.write(packed[at : at + 1])
                    await asyncio.sleep(_PAUSE)
            case "endless":
                await response.write(packed)
                while True:
                    await response.write(bytes(_PIECE))
                    await asyncio.sleep(0)
            case _:
                for at in range(0, len(packed), _PIECE):
                    await response.write(packed[at : at + _PIECE])


async def _send_made(response: web.StreamResponse, pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        await response.write(piece)
        await asyncio.sleep(0)
