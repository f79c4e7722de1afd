from fastapi import APIRouter, Depends, Header, Request

from . import repository as repo
from .repository import CityGateway
from .schemas import Criteria, Query, SortField

router = APIRouter()


def region_clause(request: Request):
    return "region = '{}'".format(request.query_params.get("region", "eu"))


@router.get("/city/{city}")
async def city(city: str):
    return await CityGateway(city).fetch()


@router.get("/region")
async def region(clause: str = Depends(region_clause)):
    return await repo.run_raw(Query("customers").where("active").where(clause).statement)


@router.get("/page")
async def page(sort: SortField = SortField.name, page: int = 0):
    return await repo.run_page(sort.value, page * 20)


@router.post("/search")
async def search(criteria: Criteria):
    rows = await repo.by_city(criteria.city)
    docs = await repo.documents({"city": criteria.city, **criteria.extra})
    return {"rows": rows, "docs": docs}


@router.get("/owned")
async def owned(owner: str):
    return await repo.documents_of(owner)


@router.get("/tags")
async def tags(x_tag: str = Header("")):
    return await repo.tag_count(x_tag)
