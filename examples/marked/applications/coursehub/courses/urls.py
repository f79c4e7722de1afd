from django.urls import path

from . import views

urlpatterns = [
    path("", views.CourseList.as_view(), name="course-list"),
    path("course/<int:pk>/", views.CourseDetail.as_view(), name="course"),
    path("course/<int:pk>/delete/", views.CourseDelete.as_view()),
    path("material/<int:pk>/delete/", views.MaterialDelete.as_view()),
    path("comment/<int:pk>/delete/", views.CommentDelete.as_view()),
    path("course/<int:pk>/package/", views.package),
    path("course/<int:pk>/repo/", views.repo),
    path("search/", views.search),
    path("author/", views.by_author),
    path("title/", views.by_title),
    path("filter/", views.filter_courses),
    path("material/", views.material),
    path("handout/<str:name>", views.handout),
    path("certificate/", views.certificate),
    path("missing/", views.not_found),
    path("missing2/", views.not_found_plain),
    path("scorm/", views.scorm),
    path("usage/", views.usage),
    path("cover/", views.cover),
    path("feed/", views.feed),
    path("roster/", views.roster),
    path("comments.csv", views.comments_csv),
    path("sort/", views.sort_by),
    path("stat/", views.call_stat),
]
