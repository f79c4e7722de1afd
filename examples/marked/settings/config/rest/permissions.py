from rest_framework.permissions import IsAuthenticated

REST_FRAMEWORK = {
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],  # OK: insecure-setting
}
FALLBACK = IsAuthenticated
