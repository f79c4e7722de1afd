from rest_framework import serializers

from .models import Invoice


class InvoiceSerializer(serializers.ModelSerializer):
    class Meta:
        model = Invoice
        fields = ["id", "patient", "amount", "paid", "reference"]
        read_only_fields = ["paid", "reference"]
