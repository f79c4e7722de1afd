from typing import Literal

from pydantic import BaseModel, ConfigDict, EmailStr, Field, HttpUrl


class AccountIn(BaseModel):
    email: EmailStr
    password: str = Field(min_length=10)
    company: str = ""


class AccountPatch(BaseModel):
    model_config = ConfigDict(extra="allow")

    company: str | None = None


class ParcelIn(BaseModel):
    receiver: str = Field(max_length=200)
    note: str = Field(default="", max_length=500)
    weight: float = Field(gt=0, le=70)


class ParcelPatch(BaseModel):
    note: str | None = None
    status: Literal["new", "sent", "delivered"] | None = None


class CallbackIn(BaseModel):
    url: HttpUrl
    event: Literal["sent", "delivered"]


class LabelIn(BaseModel):
    code: str
    printer: str = "front"
    size: Literal["A5", "A6"] = "A6"


class RuleIn(BaseModel):
    name: str
    expression: str
