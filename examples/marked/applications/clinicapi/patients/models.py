from django.conf import settings
from django.db import models


class Patient(models.Model):
    clinic = models.CharField(max_length=50)
    name = models.CharField(max_length=200)
    ssn = models.CharField(max_length=20)
    diagnosis = models.TextField(blank=True)
    doctor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL)
    is_vip = models.BooleanField(default=False)
    updated = models.DateTimeField(auto_now=True)

    def __str__(self):
        return f"patient {self.pk}"


class Document(models.Model):
    patient = models.ForeignKey(Patient, related_name="documents", on_delete=models.CASCADE)
    title = models.CharField(max_length=200)
    path = models.CharField(max_length=300)
