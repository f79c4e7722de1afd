from pathlib import Path

import aiofiles
from fastapi import APIRouter, Depends, HTTPException, UploadFile
from fastapi.responses import FileResponse, Response

from ..models import Account
from ..schemas import LabelIn
from ..security import current_account
from ..services import printing
from ..settings import settings

router = APIRouter(prefix="/labels", tags=["labels"], dependencies=[Depends(current_account)])


@router.post("/print")
async def print_label(body: LabelIn):
    path = await printing.render_label(body.code, body.size)
    return {"rc": await printing.print_label(path, body.printer, body.size)}


@router.get("/queue/{queue}")
def queue(queue: str):
    return {"state": printing.queue_state(queue)}


@router.get("/barcode")
def barcode(text: str):
    return Response(printing.barcode(text), media_type="image/png")


@router.post("/logo")
async def logo(file: UploadFile, account: Account = Depends(current_account)):
    target = settings.label_dir / "logos" / file.filename
    async with aiofiles.open(target, "wb") as out:  # BAD: path-traversal
        await out.write(await file.read(1_000_000))
    return {"ok": True}


@router.post("/own-logo")
async def own_logo(file: UploadFile, account: Account = Depends(current_account)):
    target = settings.label_dir / "logos" / f"{account.id}.png"
    async with aiofiles.open(target, "wb") as out:  # OK: path-traversal
        await out.write(await file.read(1_000_000))
    return {"ok": True}


@router.get("/file/{name:path}")
async def file(name: str):
    return FileResponse(settings.label_dir / name)  # BAD: path-traversal


@router.get("/checked/{name:path}")
async def checked(name: str):
    root = settings.label_dir.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root):
        raise HTTPException(404)
    return FileResponse(path)  # OK: path-traversal


@router.get("/named")
async def named(name: str):
    return FileResponse(settings.label_dir / Path(name).name)
