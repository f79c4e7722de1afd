from django.db import connection, connections
from django.db.models import Count, F
from django.db.models.expressions import RawSQL
from django.http import Http404, JsonResponse
from django.views import View
from django.views.generic import ListView

from .models import Product

ORDERINGS = ("name", "price", "-price")


def search(request):
    q = request.GET.get("q", "")
    products = Product.objects.raw("SELECT * FROM catalog_product WHERE name LIKE '%%%s%%'" % q)  # BAD: sql-injection
    return JsonResponse([p.name for p in products], safe=False)


def search_param(request):
    q = request.GET.get("q", "")
    products = Product.objects.raw("SELECT * FROM catalog_product WHERE name = %s", [q])  # OK: sql-injection
    return JsonResponse([p.name for p in products], safe=False)


def by_supplier(request, supplier):
    qs = Product.objects.extra(where=["supplier_code = '" + supplier + "'"])  # BAD: sql-injection
    return JsonResponse(list(qs.values()), safe=False)


def by_supplier_param(request, supplier):
    qs = Product.objects.extra(where=["supplier_code = %s"], params=[supplier])  # OK: sql-injection
    return JsonResponse(list(qs.values()), safe=False)


class Ranked(ListView):
    model = Product

    def get_queryset(self):
        boost = self.request.GET["boost"]
        qs = super().get_queryset()
        return qs.annotate(rank=RawSQL(f"weight * {boost}", []))  # BAD: sql-injection


class Stats(View):
    def get(self, request, *args, **kwargs):
        year = kwargs["year"]
        with connection.cursor() as cursor:
            cursor.execute("SELECT sum(price) FROM sales WHERE year = " + year)  # BAD: sql-injection
            total = cursor.fetchone()[0]
        return JsonResponse({"total": total})

    def post(self, request, *args, **kwargs):
        try:
            year = int(request.POST["year"])
        except ValueError:
            raise Http404
        with connections["replica"].cursor() as cursor:
            cursor.execute("SELECT sum(price) FROM sales WHERE year = %s" % year)  # OK: sql-injection
            total = cursor.fetchone()[0]
        return JsonResponse({"total": total})


def agents(request):
    ua = request.META.get("HTTP_USER_AGENT", "")
    with connections["replica"].cursor() as cursor:
        cursor.execute("SELECT 1 FROM agents WHERE ua = '{}'".format(ua.replace('"', "")))  # BAD: sql-injection
        return JsonResponse({"known": bool(cursor.fetchone())})


def ordered(request):
    order = request.GET.get("order", "name")
    if order not in ORDERINGS:
        order = "name"
    qs = Product.objects.order_by(order).annotate(n=Count("tags"))  # OK: sql-injection
    return JsonResponse(list(qs.values()), safe=False)


def cheaper(request):
    qs = Product.objects.filter(name__icontains=request.GET["q"], price__lt=F("list_price"))  # OK: sql-injection
    return JsonResponse(list(qs.values()), safe=False)
