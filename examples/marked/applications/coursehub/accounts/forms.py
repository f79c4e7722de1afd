from django import forms

from .models import Profile


class ProfileForm(forms.ModelForm):
    class Meta:
        model = Profile
        fields = "__all__"  # BAD: mass-assignment


class BioForm(forms.ModelForm):
    class Meta:
        model = Profile
        fields = ["bio", "homepage"]  # OK: mass-assignment


class LoginForm(forms.Form):
    username = forms.CharField(max_length=150)
    password = forms.CharField(widget=forms.PasswordInput)
    next = forms.CharField(required=False, widget=forms.HiddenInput)
