from django.contrib.auth import get_user_model
from rest_framework import serializers

from .models import Document, Patient


class PatientSerializer(serializers.ModelSerializer):
    class Meta:
        model = Patient
        fields = ["id", "clinic", "name", "diagnosis", "updated"]
        read_only_fields = ["updated"]


class DocumentSerializer(serializers.ModelSerializer):
    class Meta:
        model = Document
        fields = ("id", "patient", "title")  # OK: mass-assignment


class StaffSerializer(serializers.ModelSerializer):
    class Meta:
        model = get_user_model()
        fields = "__all__"  # BAD: mass-assignment

    def create(self, validated_data):
        password = validated_data.pop("password")
        groups = validated_data.pop("groups", [])
        validated_data.pop("user_permissions", None)
        user = get_user_model()(**validated_data)
        user.set_password(password)
        user.save()
        user.groups.set(groups)
        return user


class LabOrderSerializer(serializers.Serializer):
    sample = serializers.RegexField(r"^[A-Z]{2}\d{6}$")
    callback = serializers.URLField(required=False)
    priority = serializers.ChoiceField(choices=["low", "high"])
    remark = serializers.CharField(required=False, allow_blank=True)


class SummarySerializer(serializers.Serializer):
    layout = serializers.CharField()
