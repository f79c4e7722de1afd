from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Security
from fastapi.security import APIKeyHeader, OAuth2PasswordBearer
from sqlalchemy.orm import Session

from .db import Doc, User, get_session
from .security import user_from_token

app = FastAPI()
oauth2 = OAuth2PasswordBearer(tokenUrl="token")
api_key = APIKeyHeader(name="X-API-Key")


async def get_current_user(token: Annotated[str, Depends(oauth2)]) -> User:
    user = user_from_token(token)
    if user is None:
        raise HTTPException(401)
    return user


def require_admin(user: User = Depends(get_current_user)) -> User:
    if not user.is_admin:
        raise HTTPException(403)
    return user


CurrentUser = Annotated[User, Depends(get_current_user)]
admin_router = APIRouter(prefix="/admin", dependencies=[Depends(require_admin)])


@app.delete("/users/{user_id}")
def delete_user(user_id: int, db: Session = Depends(get_session)):  # BAD: missing-authentication
    db.delete(db.get(User, user_id))
    db.commit()


@app.delete("/docs/{doc_id}")
def delete_doc(doc_id: int, user: CurrentUser, db: Session = Depends(get_session)):  # BAD: missing-authorization
    db.delete(db.get(Doc, doc_id))
    db.commit()


@app.get("/docs/{doc_id}")
def read_doc(doc_id: int, user: CurrentUser, db: Session = Depends(get_session)):  # OK: missing-authorization
    doc = db.get(Doc, doc_id)
    if doc is None or doc.owner_id != user.id:
        raise HTTPException(404)
    return doc


@app.put("/docs/{doc_id}")
def update_doc(doc_id: int, text: str, db: Session = Depends(get_session), _: str = Depends(oauth2)):  # BAD: missing-authentication
    doc = db.get(Doc, doc_id)
    doc.text = text
    db.commit()


@app.post("/users/{user_id}/role")
def set_role(user_id: int, role: str, user: CurrentUser, db: Session = Depends(get_session)):  # BAD: missing-authorization
    db.get(User, user_id).role = role
    db.commit()


@app.post("/users/{user_id}/ban")
def ban(user_id: int, db: Session = Depends(get_session), admin: User = Depends(require_admin)):  # OK: missing-authentication, missing-authorization
    db.get(User, user_id).banned = True
    db.commit()


@admin_router.delete("/docs")
def purge(db: Session = Depends(get_session)):  # OK: missing-authentication, missing-authorization
    db.query(Doc).delete()
    db.commit()


@app.post("/password-reset/{user_id}")
def reset_password(user_id: int, password: str, db: Session = Depends(get_session)):  # BAD: missing-authentication
    db.get(User, user_id).set_password(password)
    db.commit()


@app.get("/users/{user_id}/payments")
def payments(user_id: int, user: CurrentUser, db: Session = Depends(get_session)):  # BAD: missing-authorization
    return db.get(User, user_id).payments


@app.get("/me/payments")
def my_payments(user: CurrentUser):  # OK: missing-authorization
    return user.payments


app.include_router(admin_router)
