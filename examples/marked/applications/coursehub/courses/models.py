from django.conf import settings
from django.db import models


class CourseQuerySet(models.QuerySet):
    def ranked(self, weight):
        return self.extra(select={"rank": "views * %s" % weight}, order_by=["-rank"])  # BAD: sql-injection

    def near(self, title):
        return self.extra(where=["similarity(title, %s) > 0.3"], params=[title])  # OK: sql-injection

    def since(self, year):
        return self.filter(created__year__gte=year)


class Course(models.Model):
    title = models.CharField(max_length=200)
    summary = models.TextField(blank=True)
    teacher = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    views = models.IntegerField(default=0)
    created = models.DateTimeField(auto_now_add=True)

    objects = CourseQuerySet.as_manager()

    def __str__(self):
        return self.title


class Material(models.Model):
    course = models.ForeignKey(Course, related_name="materials", on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    upload = models.FileField(upload_to="materials/")


class Comment(models.Model):
    course = models.ForeignKey(Course, related_name="comments", on_delete=models.CASCADE)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    text = models.TextField()
