from django.urls import include, path
from rest_framework.routers import DefaultRouter

from billing.views import InvoiceViewSet, pay_callback
from patients.views import (
    DocumentViewSet,
    ImportView,
    LabView,
    PatientViewSet,
    StaffViewSet,
    SummaryView,
    export_patients,
    find_patients,
    ping,
    raw_report,
)

router = DefaultRouter()
router.register("patients", PatientViewSet)
router.register("documents", DocumentViewSet, basename="document")
router.register("staff", StaffViewSet)
router.register("invoices", InvoiceViewSet)

urlpatterns = [
    path("api/", include(router.urls)),
    path("api/lab/", LabView.as_view()),
    path("api/import/", ImportView.as_view()),
    path("api/summary/<int:pk>/", SummaryView.as_view()),
    path("api/export/", export_patients),
    path("api/find/", find_patients),
    path("api/raw-report/", raw_report),
    path("api/ping/", ping),
    path("api/pay-callback/", pay_callback),
]
