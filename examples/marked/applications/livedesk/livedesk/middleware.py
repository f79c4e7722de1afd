import logging
import traceback

from aiohttp import web

from .tokens import InvalidToken, read

log = logging.getLogger("livedesk")
OPEN_PATHS = frozenset({"/session", "/session/next", "/session/lang", "/chat/widget"})


@web.middleware
async def error_middleware(request, handler):
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception as exc:
        log.exception("unhandled")
        detail = "".join(traceback.format_tb(exc.__traceback__))
        return web.json_response({"error": str(exc), "where": detail}, status=500)  # BAD: stack-trace-exposure


@web.middleware
async def token_middleware(request, handler):
    if request.path in OPEN_PATHS:
        return await handler(request)
    raw = request.headers.get("Authorization", "").removeprefix("Bearer ")
    try:
        request["user"] = read(raw, request.app["cfg"].token_key)
    except InvalidToken:
        log.info("rejected token")
        raise web.HTTPUnauthorized() from None
    return await handler(request)
