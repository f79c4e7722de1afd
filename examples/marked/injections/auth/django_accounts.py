from django.contrib.admin.views.decorators import staff_member_required
from django.contrib.auth.decorators import login_required, permission_required, user_passes_test
from django.contrib.auth.mixins import LoginRequiredMixin, PermissionRequiredMixin, UserPassesTestMixin
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.generic import DeleteView, UpdateView
from rest_framework import generics, viewsets
from rest_framework.decorators import api_view, authentication_classes, permission_classes
from rest_framework.permissions import AllowAny, IsAdminUser, IsAuthenticated

from .models import Invoice
from .serializers import InvoiceSerializer, UserSerializer


def delete_user(request, pk):  # BAD: missing-authentication
    get_object_or_404(User, pk=pk).delete()
    return HttpResponse("ok")


@staff_member_required
def delete_user_staff(request, pk):  # OK: missing-authentication, missing-authorization
    get_object_or_404(User, pk=pk).delete()
    return HttpResponse("ok")


@login_required
def delete_user_logged(request, pk):  # BAD: missing-authorization
    get_object_or_404(User, pk=pk).delete()
    return HttpResponse("ok")


@permission_required("auth.delete_user", raise_exception=True)
def delete_user_perm(request, pk):  # OK: missing-authentication, missing-authorization
    get_object_or_404(User, pk=pk).delete()
    return HttpResponse("ok")


@login_required
def invoice(request, pk):  # BAD: missing-authorization
    inv = Invoice.objects.get(pk=pk)
    return JsonResponse({"total": inv.total})


@login_required
def invoice_mine(request, pk):  # OK: missing-authorization
    inv = get_object_or_404(Invoice, pk=pk, owner=request.user)
    return JsonResponse({"total": inv.total})


@login_required
def invoice_guard(request, pk):  # OK: missing-authorization
    inv = Invoice.objects.get(pk=pk)
    if inv.owner_id != request.user.id:
        raise PermissionDenied
    return JsonResponse({"total": inv.total})


@user_passes_test(lambda u: True)
def set_password(request, pk):  # BAD: missing-authentication
    user = User.objects.get(pk=pk)
    user.set_password(request.POST["password"])
    user.save()
    return HttpResponse("ok")


class InvoiceDelete(DeleteView):  # BAD: missing-authentication
    model = Invoice
    success_url = "/"


class InvoiceEdit(LoginRequiredMixin, UpdateView):  # BAD: missing-authorization
    model = Invoice
    fields = ["total"]


class InvoiceEditOwn(LoginRequiredMixin, UpdateView):  # OK: missing-authorization
    model = Invoice
    fields = ["total"]

    def get_queryset(self):
        return super().get_queryset().filter(owner=self.request.user)


class InvoicePurge(PermissionRequiredMixin, DeleteView):  # OK: missing-authentication
    permission_required = "billing.delete_invoice"
    model = Invoice
    success_url = "/"


class InvoiceTest(UserPassesTestMixin, UpdateView):  # OK: missing-authorization
    model = Invoice
    fields = ["total"]

    def test_func(self):
        return self.get_object().owner == self.request.user


class UserViewSet(viewsets.ModelViewSet):
    queryset = User.objects.all()
    serializer_class = UserSerializer
    permission_classes = [AllowAny]  # BAD: missing-authentication


class StaffViewSet(viewsets.ModelViewSet):
    queryset = User.objects.all()
    serializer_class = UserSerializer
    permission_classes = [IsAdminUser]  # OK: missing-authentication


class InvoiceDetail(generics.RetrieveDestroyAPIView):  # BAD: missing-authorization
    queryset = Invoice.objects.all()
    serializer_class = InvoiceSerializer
    permission_classes = [IsAuthenticated]


@api_view(["POST"])
@permission_classes([])  # BAD: missing-authentication
@authentication_classes([])
def grant(request, pk):
    User.objects.filter(pk=pk).update(is_staff=True)
    return HttpResponse("ok")
