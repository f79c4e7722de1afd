from django.contrib.auth.models import User
from django.test import TestCase, override_settings

from accounts.tokens import check_code, gravatar
from courses.models import Course


@override_settings(SECURE_SSL_REDIRECT=False)
class CourseTests(TestCase):
    def setUp(self):
        self.user = User.objects.create_user("ada", "ada@example.org", "lovelace-1815")  # OK: hardcoded-credential
        self.course = Course.objects.create(title="Engines", teacher=self.user)

    def test_list(self):
        self.assertEqual(self.client.get("/").status_code, 200)

    def test_detail_requires_login(self):
        self.assertEqual(self.client.get(f"/course/{self.course.pk}/").status_code, 302)

    def test_codes(self):
        self.assertTrue(check_code("abc", "abc"))
        self.assertEqual(len(gravatar("A@example.org ")), 32)
