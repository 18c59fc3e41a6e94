"""A lesson for each test."""

import pytest

from lessonroom.commands import SetPermissions
from lessonroom.people.permissions import Role
from tests.lessonroom.lesson import HOST, Lesson, begun


@pytest.fixture
def lesson() -> Lesson:
    """An active lesson with the host, two students, who may change others' work, and a viewer."""
    lesson = begun()
    granted = {"can_edit_others": True}
    lesson.do(SetPermissions(by=HOST, role=Role.STUDENT, permissions=granted))
    return lesson
