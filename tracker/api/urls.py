"""Every address below ``/api/``; what is none of these is answered with a problem document too."""

from django.urls import path, re_path

from tracker.api.changes import Changes
from tracker.api.committees import Committees, OneCommittee, Pipeline
from tracker.api.deadlines import Deadlines
from tracker.api.documents import Docs, Schema
from tracker.api.moves import Transitions
from tracker.api.projects import History, OneProject, ProjectDeadlines, Projects
from tracker.api.reading import Nowhere
from tracker.api.tracks import OneTrack, Tracks

app_name = "api"
urlpatterns = [
    path("v1/projects/", Projects.as_view(), name="projects"),
    path("v1/projects/<uuid:id>/", OneProject.as_view(), name="project"),
    path("v1/projects/<uuid:id>/history/", History.as_view(), name="history"),
    path("v1/projects/<uuid:id>/deadlines/", ProjectDeadlines.as_view(), name="project_deadlines"),
    path("v1/projects/<uuid:id>/transitions/", Transitions.as_view(), name="transitions"),
    path("v1/pipeline/", Pipeline.as_view(), name="pipeline"),
    path("v1/deadlines/", Deadlines.as_view(), name="deadlines"),
    path("v1/committees/", Committees.as_view(), name="committees"),
    path("v1/committees/<slug:slug>/", OneCommittee.as_view(), name="committee"),
    path("v1/tracks/", Tracks.as_view(), name="tracks"),
    path("v1/tracks/<slug:code>/", OneTrack.as_view(), name="track"),
    path("v1/changes/", Changes.as_view(), name="changes"),
    path("v1/schema/", Schema.as_view(), name="schema"),
    path("v1/docs/", Docs.as_view(), name="docs"),
    re_path("", Nowhere.as_view()),
]
