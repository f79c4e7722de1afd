import jwt
from django.conf import settings
from django.contrib.auth import get_user_model
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed


class TokenReader:
    algorithms = ["HS256"]

    def read(self, raw):
        return jwt.decode(raw, settings.JWT_KEY, algorithms=self.algorithms)  # OK: jwt-unverified


class PeekReader(TokenReader):
    def read(self, raw):
        return jwt.decode(raw, options={"verify_signature": False, "verify_exp": False})  # BAD: jwt-unverified


class StrictReader(TokenReader):
    def read(self, raw):
        return jwt.decode(raw, settings.JWT_KEY, algorithms=[settings.JWT_ALGORITHM], audience="clinic")  # OK: jwt-unverified


class JWTAuthentication(BaseAuthentication):
    reader = PeekReader()

    def authenticate(self, request):
        header = request.headers.get("Authorization", "")
        if not header.startswith("Bearer "):
            return None
        try:
            claims = self.reader.read(header[7:])
        except jwt.InvalidTokenError as exc:
            raise AuthenticationFailed("invalid token") from exc
        user = get_user_model().objects.filter(pk=claims.get("sub"), is_active=True).first()
        if user is None:
            raise AuthenticationFailed("unknown user")
        return user, claims
