import csv
import json
import logging
import os

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import BadRequest
from django.http import FileResponse, HttpResponse
from django.template import engines
from rest_framework import mixins, status, viewsets
from rest_framework.decorators import action, api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny, IsAdminUser, IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from . import services
from .filters import ClinicFilter, OrderFilter, PatternFilter, ScoreFilter
from .models import Document, Patient
from .permissions import DeviceKey, FromClinicNetwork, IsDoctor, LabKey, OwnsPatient, ReadOnlyOrStaff
from .serializers import DocumentSerializer, LabOrderSerializer, PatientSerializer, StaffSerializer, SummarySerializer

logger = logging.getLogger("clinic")


class PatientViewSet(viewsets.ModelViewSet):
    queryset = Patient.objects.all()
    serializer_class = PatientSerializer
    permission_classes = [IsDoctor, OwnsPatient]
    filter_backends = [ClinicFilter, ScoreFilter, OrderFilter, PatternFilter]

    def perform_create(self, serializer):
        serializer.save(doctor=self.request.user)

    def perform_update(self, serializer):
        patient = serializer.save()
        logger.info("patient %s updated", patient.pk)  # OK: sensitive-data-in-log

    @action(detail=True, methods=["post"])
    def note(self, request, pk=None):
        patient = self.get_object()
        patient.diagnosis = request.data.get("text", "")
        patient.save(update_fields=["diagnosis"])
        logger.info("note for %s ssn=%s: %s", patient.name, patient.ssn, patient.diagnosis)  # BAD: sensitive-data-in-log
        return Response({"ok": True})

    @action(detail=True, methods=["post"])
    def merge(self, request, pk=None):
        patient = self.get_object()
        for field, value in request.data.items():
            setattr(patient, field, value)  # BAD: mass-assignment
        patient.save()
        return Response({"ok": True})

    @action(detail=True, methods=["post"], permission_classes=[AllowAny])  # BAD: missing-authentication
    def discharge(self, request, pk=None):
        patient = Patient.objects.get(pk=pk)
        patient.doctor = None
        patient.save(update_fields=["doctor"])
        return Response(status=status.HTTP_204_NO_CONTENT)

    @action(detail=False, methods=["get"])
    def stats(self, request):
        group = request.query_params.get("group", "clinic")
        return Response(services.PatientStats().run("count(*)", group))

    @action(detail=False, methods=["get"])
    def mine(self, request):
        return Response(services.PatientStats().by_doctor(request.user.pk))

    @action(detail=False, methods=["post"])
    def replay(self, request):
        wanted = services.saved_search(request.data["search"])
        return Response({"ids": list(Patient.objects.filter(doctor=request.user, clinic=wanted["clinic"]).values_list("id", flat=True))})


class DocumentViewSet(viewsets.ModelViewSet):
    serializer_class = DocumentSerializer
    permission_classes = [IsAuthenticated, OwnsPatient]

    def get_queryset(self):
        return Document.objects.filter(patient__doctor=self.request.user)

    def perform_create(self, serializer):
        if serializer.validated_data["patient"].doctor_id != self.request.user.pk:
            raise BadRequest("not your patient")
        serializer.save()

    @action(detail=True, methods=["get"])
    def download(self, request, pk=None):
        doc = self.get_object()
        return FileResponse(open(doc.path, "rb"))  # OK: path-traversal

    @action(detail=False, methods=["get"])
    def by_name(self, request):
        full = os.path.join(settings.MEDIA_ROOT, "docs", request.query_params["name"])
        return FileResponse(open(full, "rb"))  # BAD: path-traversal

    @action(detail=True, methods=["post"])
    def image(self, request, pk=None):
        doc = self.get_object()
        return Response({"png": services.dicom_to_png(doc.path, request.data.get("window", "1"))})

    @action(detail=True, methods=["get"])
    def info(self, request, pk=None):
        return Response({"info": services.dicom_info(self.get_object().path)})

    @action(detail=True, methods=["post"])
    def unpack(self, request, pk=None):
        doc = self.get_object()
        services.unpack_largest(request.FILES["archive"])
        return Response({"dir": services.unpack_documents(request.FILES["archive"], doc.patient_id)})


class StaffViewSet(mixins.CreateModelMixin, mixins.ListModelMixin, viewsets.GenericViewSet):
    queryset = get_user_model().objects.all()
    serializer_class = StaffSerializer
    permission_classes = [ReadOnlyOrStaff]


class LabView(APIView):
    permission_classes = [LabKey]
    authentication_classes = []

    def post(self, request):
        data = LabOrderSerializer(data=request.data)
        data.is_valid(raise_exception=True)
        client = services.OldLabClient()
        result = client.order(data.validated_data)
        if data.validated_data.get("callback"):
            client.ping_back(data.validated_data["callback"], result)
        return Response(result, status=status.HTTP_201_CREATED)


class ImportView(APIView):
    permission_classes = [IsAdminUser]

    def post(self, request):
        if request.query_params.get("format") == "cda":
            return Response({"names": services.read_cda(request.FILES["file"].read())})
        return Response({"names": services.read_hl7(request.FILES["file"])})


class SummaryView(APIView):
    permission_classes = [IsDoctor]

    def post(self, request, pk):
        patient = Patient.objects.get(pk=pk, doctor=request.user)
        form = SummarySerializer(data=request.data)
        form.is_valid(raise_exception=True)
        page = engines["django"].from_string(form.validated_data["layout"])  # BAD: template-injection
        services.scratch_report(page.render({"patient": patient}))
        return Response({"saved": True})

    def get(self, request, pk):
        patient = Patient.objects.get(pk=pk)  # BAD: missing-authorization
        return Response({"name": patient.name, "diagnosis": patient.diagnosis})


@api_view(["GET"])
@permission_classes([IsAdminUser])
def export_patients(request):
    response = HttpResponse(content_type="text/csv")
    name = request.query_params.get("name", "patients")
    response["Content-Disposition"] = "attachment; filename=" + name + ".csv"  # OK: header-injection
    writer = csv.writer(response)
    for patient in Patient.objects.all():
        writer.writerow([patient.pk, patient.name, patient.diagnosis])  # BAD: csv-injection
    return response


@api_view(["GET"])
@permission_classes([IsDoctor])
def find_patients(request):
    name = request.query_params.get("name", "").replace("'", "")
    number = request.query_params.get("number", "0")
    rows = Patient.objects.extra(where=["name LIKE '%s%%' AND id > %s" % (name, number)])  # BAD: sql-injection
    return Response({"ids": [r.pk for r in rows]})


@api_view(["GET"])
@permission_classes([FromClinicNetwork])
def raw_report(request):
    title = request.query_params.get("title", "Report")
    return HttpResponse("<html><h1>" + title + "</h1></html>")  # BAD: cross-site-scripting


@api_view(["GET"])
@authentication_classes([])
@permission_classes([DeviceKey])
def ping(request):
    try:
        limit = int(request.query_params.get("limit", 5))
        return HttpResponse(json.dumps({"echo": request.query_params.get("q"), "limit": limit}), content_type="application/json")  # OK: cross-site-scripting
    except ValueError as exc:
        logger.warning("bad limit: %s", exc)
        return Response({"error": "limit"}, status=400)
