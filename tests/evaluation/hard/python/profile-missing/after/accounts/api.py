"""The HTTP interface of accounts."""

from aiohttp import web

from accounts.errors import domain_errors
from accounts.profiles import Profile, Profiles

PROFILES = web.AppKey("profiles", Profiles)
MAX_NAME = 80

routes = web.RouteTableDef()


@routes.get("/profiles/{user:\\d+}")
async def show(request: web.Request) -> web.Response:
    profile = await request.app[PROFILES].load(int(request.match_info["user"]))
    return web.json_response(_public(profile))


@routes.get("/me")
async def show_own(request: web.Request) -> web.Response:
    profile = await request.app[PROFILES].load(request["user"])
    return web.json_response({**_public(profile), "email": profile.email, "newsletter": profile.newsletter})


@routes.patch("/me")
async def rename(request: web.Request) -> web.Response:
    name = str((await request.json())["name"]).strip()
    if not 0 < len(name) <= MAX_NAME:
        raise web.HTTPUnprocessableEntity(text="name")
    profile = await request.app[PROFILES].rename(request["user"], name)
    return web.json_response(_public(profile))


@routes.delete("/me")
async def close(request: web.Request) -> web.Response:
    await request.app[PROFILES].close(request["user"])
    raise web.HTTPNoContent


def _public(profile: Profile) -> dict[str, object]:
    return {"user": profile.user, "name": profile.name, "language": profile.language}


def application(profiles: Profiles) -> web.Application:
    app = web.Application(middlewares=[domain_errors])
    app[PROFILES] = profiles
    app.add_routes(routes)
    return app
