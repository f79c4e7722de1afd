import re

from django.db.models.expressions import RawSQL
from rest_framework.filters import BaseFilterBackend


class ClinicFilter(BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        clinic = request.query_params.get("clinic")
        return queryset.filter(clinic=clinic) if clinic else queryset


class ScoreFilter(BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        term = request.query_params.get("term")
        if not term:
            return queryset
        expression = RawSQL("similarity(name, '%s')" % term, [])  # BAD: sql-injection
        return queryset.annotate(score=expression).order_by("-score")


class SafeScoreFilter(BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        term = request.query_params.get("term", "")
        return queryset.annotate(score=RawSQL("similarity(name, %s)", [term]))  # OK: sql-injection


class OrderFilter(BaseFilterBackend):
    allowed = ("name", "-name", "updated", "-updated")

    def filter_queryset(self, request, queryset, view):
        order = request.query_params.get("order", "name")
        return queryset.order_by(order if order in self.allowed else "name")


class PatternFilter(BaseFilterBackend):
    def filter_queryset(self, request, queryset, view):
        pattern = request.query_params.get("pattern")
        if not pattern:
            return queryset
        keep = [p.pk for p in queryset if re.match(pattern, p.name)]  # BAD: regex-injection
        return queryset.filter(pk__in=keep)
