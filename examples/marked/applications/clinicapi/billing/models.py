from django.db import models

from patients.models import Patient


class Invoice(models.Model):
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT)
    amount = models.DecimalField(max_digits=9, decimal_places=2)
    paid = models.BooleanField(default=False)
    reference = models.CharField(max_length=40)
