import logging

from django.conf import settings
from django.http import HttpResponseForbidden

audit = logging.getLogger("audit")


class AuditMiddleware:
    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        campaign = request.GET.get("utm_campaign", "")
        audit.info("%s %s" % (response.status_code, campaign))  # BAD: log-injection
        audit.info("user=%s status=%d", request.user.pk, response.status_code)  # OK: log-injection
        return response


class OfficeOnlyMiddleware:
    prefix = "/admin/"

    def __init__(self, get_response):
        self.get_response = get_response

    def _address(self, request):
        forwarded = request.META.get("HTTP_X_FORWARDED_FOR")
        if forwarded:
            return forwarded.split(",")[0].strip()
        return request.META.get("REMOTE_ADDR")

    def __call__(self, request):
        if request.path.startswith(self.prefix):
            if self._address(request) not in settings.OFFICE_ADDRESSES:  # BAD: client-address-trusted
                return HttpResponseForbidden("office network only")
        return self.get_response(request)
