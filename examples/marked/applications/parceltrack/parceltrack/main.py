import logging
import traceback

import uvicorn
from fastapi import FastAPI, Request
from fastapi.middleware.cors import CORSMiddleware
from fastapi.responses import JSONResponse, PlainTextResponse
from starlette.middleware.sessions import SessionMiddleware

from .routers import accounts, admin, labels, pages, parcels, partners
from .settings import settings

logging.basicConfig(level=logging.INFO)
app = FastAPI(title="Parcel Track")

app.add_middleware(CORSMiddleware, allow_origin_regex=".*", allow_credentials=True, allow_methods=["GET", "POST"])  # BAD: permissive-cors
app.add_middleware(
    SessionMiddleware,
    secret_key=settings.session_secret,
    https_only=True,
    same_site="lax",
)

app.include_router(accounts.router)
app.include_router(parcels.router)
app.include_router(labels.router)
app.include_router(partners.router)
app.include_router(admin.router)
app.include_router(pages.router)


@app.exception_handler(Exception)
async def on_error(request: Request, exc: Exception):
    tb = "".join(traceback.format_exception(type(exc), exc, exc.__traceback__))
    return PlainTextResponse(tb, status_code=500)  # BAD: stack-trace-exposure


@app.exception_handler(ValueError)
async def on_value_error(request: Request, exc: ValueError):
    logging.getLogger("parceltrack").exception("bad value")
    return JSONResponse({"detail": "invalid value"}, status_code=400)  # OK: stack-trace-exposure


@app.get("/health")
async def health():
    return {"status": "ok"}


def serve():
    uvicorn.run(app, host=settings.bind, port=8000)


if __name__ == "__main__":
    serve()
