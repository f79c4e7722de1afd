from functools import wraps

from django.http import HttpResponseForbidden


def staff_only(view):
    @wraps(view)
    def inner(request, *args, **kwargs):
        if not (request.user.is_authenticated and request.user.is_staff):
            return HttpResponseForbidden()
        return view(request, *args, **kwargs)
    return inner


def traced(view):
    @wraps(view)
    def inner(request, *args, **kwargs):
        print(request.path, request.user)
        return view(request, *args, **kwargs)
    return inner


class StaffMixin:
    def dispatch(self, request, *args, **kwargs):
        if not request.user.is_staff:
            return HttpResponseForbidden()
        return super().dispatch(request, *args, **kwargs)
