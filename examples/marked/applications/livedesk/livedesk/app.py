import aiohttp_cors
import asyncpg
from aiohttp import ClientSession, TCPConnector, web

from .handlers import chat, clips, customers, files, partners, session
from .middleware import error_middleware, token_middleware
from .mysql import open_pool


async def on_startup(app):
    cfg = app["cfg"]
    app["pg"] = await asyncpg.create_pool(cfg.dsn)
    app["my"] = await open_pool(cfg)
    app["http"] = ClientSession()
    app["partner_http"] = ClientSession(connector=TCPConnector(ssl=False))  # BAD: certificate-check-off


async def on_cleanup(app):
    await app["http"].close()
    await app["partner_http"].close()
    await app["pg"].close()
    app["my"].close()


def build_app(cfg):
    app = web.Application(middlewares=[error_middleware, token_middleware], client_max_size=8 * 2**20)
    app["cfg"] = cfg
    app["rooms"] = {}
    app.on_startup.append(on_startup)
    app.on_cleanup.append(on_cleanup)
    app.add_routes(session.routes)
    app.add_routes(customers.routes)
    app.add_routes(files.routes)
    app.add_routes(clips.routes)
    app.add_routes(partners.routes)
    app.add_routes(chat.routes)
    cors = aiohttp_cors.setup(
        app,
        defaults={
            "*": aiohttp_cors.ResourceOptions(allow_credentials=True, expose_headers="*", allow_headers="*")  # BAD: permissive-cors
        },
    )
    for route in list(app.router.routes()):
        if route.method == "GET" and route.resource and route.resource.canonical.startswith("/customers"):
            cors.add(route)
    return app
