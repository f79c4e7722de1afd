from django.conf import settings
from django.db import models


class Profile(models.Model):
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    bio = models.TextField(blank=True)
    homepage = models.URLField(blank=True)
    is_teacher = models.BooleanField(default=False)
    credit = models.IntegerField(default=0)

    def __str__(self):
        return self.user.username


class ResetCode(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    code = models.CharField(max_length=64)
    created = models.DateTimeField(auto_now_add=True)
