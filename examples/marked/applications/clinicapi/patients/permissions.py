import hmac
import os

from rest_framework.permissions import SAFE_METHODS, BasePermission


class IsDoctor(BasePermission):
    def has_permission(self, request, view):
        return request.user.is_authenticated and request.user.groups.filter(name="doctors").exists()


class OwnsPatient(BasePermission):
    def has_object_permission(self, request, view, obj):
        if request.user.is_superuser:
            return True
        patient = getattr(obj, "patient", obj)
        return patient.doctor_id == request.user.pk


class ReadOnlyOrStaff(BasePermission):
    def has_permission(self, request, view):
        return request.method in SAFE_METHODS or request.user.is_staff


class DeviceKey(BasePermission):
    def has_permission(self, request, view):
        wanted = os.environ.get("DEVICE_KEY", "")
        given = request.headers.get("X-Device-Key", "")
        return bool(wanted) and hmac.compare_digest(wanted, given)  # OK: timing-unsafe-comparison


class LabKey(BasePermission):
    secret = os.environ.get("LAB_KEY", "")

    def has_permission(self, request, view):
        return bool(self.secret) and request.query_params.get("key") == self.secret  # BAD: timing-unsafe-comparison


class FromClinicNetwork(BasePermission):
    networks = ("10.20.",)

    def has_permission(self, request, view):
        address = request.META.get("HTTP_X_REAL_IP") or request.META["REMOTE_ADDR"]
        return address.startswith(self.networks)  # BAD: client-address-trusted
