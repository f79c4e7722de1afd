import logging
import random
import secrets
import traceback

from django.views.decorators.csrf import csrf_exempt
from rest_framework import viewsets
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import IsAdminUser
from rest_framework.response import Response

from patients.permissions import DeviceKey

from .models import Invoice
from .serializers import InvoiceSerializer

logger = logging.getLogger("billing")


def reference():
    return "INV-" + "".join(random.choices("ABCDEFGHJKLMNPQRSTUVWXYZ23456789", k=10))  # OK: predictable-random


def payment_token():
    return "%032x" % random.getrandbits(128)  # BAD: predictable-random


def refund_token():
    return secrets.token_hex(16)


class InvoiceViewSet(viewsets.ModelViewSet):
    queryset = Invoice.objects.select_related("patient")
    serializer_class = InvoiceSerializer
    permission_classes = [IsAdminUser]

    def perform_create(self, serializer):
        serializer.save(reference=reference())
        self.request.session["pay_token"] = payment_token()


@csrf_exempt  # OK: csrf-protection-off
@api_view(["POST"])
@authentication_classes([])
@permission_classes([DeviceKey])
def pay_callback(request):
    try:
        invoice = Invoice.objects.get(reference=request.data["reference"])
        invoice.paid = True
        invoice.save(update_fields=["paid"])
        return Response({"ok": True})
    except Exception as exc:
        logger.exception("callback")
        return Response({"error": str(exc), "trace": traceback.format_exc()}, status=500)  # BAD: stack-trace-exposure
