"""The public addresses. They stay as they are: letters and other sites link to them."""

from django.urls import path

from tracker.web import board, committees, projects, tracks, watches

app_name = "web"
urlpatterns = [
    path("", board.show, name="board"),
    path("projects/<uuid:pk>/", projects.show, name="project"),
    path("committees/", committees.index, name="committees"),
    path("committees/<slug:slug>/", committees.show, name="committee"),
    path("watches/<str:signed>/", watches.show, name="watches"),
    path("tracks/<slug:code>.svg", tracks.picture, name="track"),
]
