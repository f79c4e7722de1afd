from django.urls import path

from . import views

urlpatterns = [
    path("login/", views.sign_in, name="login"),
    path("logout/", views.sign_out, name="logout"),
    path("profile/", views.ProfileEdit.as_view(), name="profile"),
    path("bio/", views.bio, name="bio"),
    path("forgot/", views.forgot),
    path("reset/", views.reset),
    path("email/", views.change_email),
    path("bank/", views.bank_callback),
    path("preferences/", views.Preferences.as_view()),
    path("remember/", views.Remember.as_view()),
    path("lookup/", views.lookup),
    path("who/", views.who),
]
