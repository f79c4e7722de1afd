from django.db import models


class Member(models.Model):
    login = models.CharField(max_length=80, unique=True)
    password = models.CharField(max_length=200)
