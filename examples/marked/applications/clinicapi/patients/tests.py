import io

from django.test import SimpleTestCase

from .services import cache_key, read_cda, read_hl7


class ServiceTests(SimpleTestCase):
    def test_cache_key(self):
        self.assertEqual(len(cache_key("a", "b")), 40)

    def test_cda(self):
        self.assertEqual(read_cda("<r><patient>Ann</patient></r>"), ["Ann"])

    def test_hl7(self):
        self.assertEqual(read_hl7(io.BytesIO(b"<r><patient>Ann</patient></r>")), ["Ann"])
