from dataclasses import dataclass, field
from enum import Enum

from pydantic import BaseModel


class SortField(str, Enum):
    name = "name"
    created = "created"


class Criteria(BaseModel):
    city: str
    page: int = 0
    sort: SortField = SortField.name
    extra: dict = {}


@dataclass
class Query:
    table: str
    conditions: list = field(default_factory=list)
    suffix: str = ""

    def where(self, text):
        self.conditions.append(text)
        return self

    @property
    def statement(self):
        base = "SELECT * FROM " + self.table
        if self.conditions:
            base += " WHERE " + " AND ".join(self.conditions)
        return base + self.suffix
