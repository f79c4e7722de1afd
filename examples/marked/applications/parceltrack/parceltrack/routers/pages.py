from html import escape
from pathlib import Path

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from fastapi.templating import Jinja2Templates
from jinja2 import Environment
from sqlalchemy.ext.asyncio import AsyncSession

from ..db import get_session
from ..repositories.parcels import ParcelRepository

router = APIRouter(tags=["pages"])
templates = Jinja2Templates(directory=str(Path(__file__).parent.parent / "templates"))
mail_env = Environment()  # BAD: template-autoescape-off
STATUS = "<p>Parcel {{ code }} is {{ status }}</p>"


@router.get("/track", response_class=HTMLResponse)
async def track(request: Request, code: str = "", hint: str = "", session: AsyncSession = Depends(get_session)):
    found = await ParcelRepository(session).by_code(code)
    return templates.TemplateResponse(request, "track.html", {"code": code, "found": found, "hint": hint})


@router.get("/track/mini", response_class=HTMLResponse)
async def mini(code: str):
    return HTMLResponse(mail_env.from_string(STATUS).render(code=code, status="on its way"))  # BAD: cross-site-scripting


@router.get("/track/none")
async def none(code: str):
    return HTMLResponse(f"<p>No parcel {escape(code)}</p>")  # OK: cross-site-scripting


@router.get("/widget")
async def widget(color: str = "red"):
    return HTMLResponse(f"<div style='background:{color}'>track</div>")  # BAD: cross-site-scripting


@router.get("/snippet")
async def snippet(body: str):
    text = templates.env.from_string(body).render()  # BAD: template-injection
    return {"text": text}
