from django.db import transaction
from django.db.models import F
from django.http import HttpResponse, HttpResponseBadRequest

from .models import Coupon, Wallet


def withdraw(request):
    amount = int(request.POST["amount"])
    wallet = Wallet.objects.get(owner=request.user)
    if wallet.balance >= amount > 0:
        wallet.balance -= amount
        wallet.save()  # BAD: check-then-use-race
        return HttpResponse("ok")
    return HttpResponseBadRequest()


def withdraw_locked(request):
    amount = int(request.POST["amount"])
    with transaction.atomic():
        wallet = Wallet.objects.select_for_update().get(owner=request.user)
        if wallet.balance >= amount > 0:
            wallet.balance -= amount
            wallet.save()  # OK: check-then-use-race
            return HttpResponse("ok")
    return HttpResponseBadRequest()


def withdraw_conditional(request):
    amount = int(request.POST["amount"])
    if amount <= 0:
        return HttpResponseBadRequest()
    n = Wallet.objects.filter(owner=request.user, balance__gte=amount).update(balance=F("balance") - amount)  # OK: check-then-use-race
    return HttpResponse("ok" if n else "low")


def redeem(request):
    coupon = Coupon.objects.get(code=request.POST["code"])
    if not coupon.used:
        coupon.used = True
        coupon.save()  # BAD: check-then-use-race
        return HttpResponse("ok")
    return HttpResponseBadRequest()
