"""A public report file of something that is withdrawn since is not delivered any more."""

from pathlib import Path

import pytest
from django.urls import reverse

from insek.people.actors import ANONYMOUS, PROGRAM
from insek.publish.report.services import clear_reports, run_report, start_report
from insek.thread.services import delete_item, update_item
from tests.factories import make_concept, make_item

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def _made(concept, **values):
    """A finished public report with its address."""
    job = start_report(
        concept, ANONYMOUS, format="pdf", language="de", chapters=["handlungsfelder"], **values
    )
    run_report.call(job.pk)
    job.refresh_from_db()
    assert job.state == "done"
    return job


def _fetched(client, job):
    answer = client.get(reverse("report-file", args=[job.pk]))
    b"".join(answer.streaming_content)
    return answer.status_code


def _withdraw(item):
    update_item(item, expected_version=item.version, values={"visibility": "internal"}, actor=PROGRAM)


def _delete(item):
    delete_item(item, expected_version=item.version, actor=PROGRAM)


def _reword(item):
    update_item(item, expected_version=item.version, values={"text": "Ohne den Namen."}, actor=PROGRAM)


@pytest.mark.parametrize("act", [_withdraw, _delete, _reword])
def test_a_public_report_is_not_delivered_once_something_in_it_is_gone(client, concept, act):
    item = make_item("goal", concept=concept, title="Bald zurückgezogen")
    job = _made(concept)
    path = job.file.path
    assert _fetched(client, job) == 200
    act(item)
    answer = client.get(reverse("report-file", args=[job.pk]))
    assert answer.status_code == 410 and "wird nicht mehr ausgegeben" in answer.content.decode()
    assert not Path(path).exists()
    assert "erstellen Sie es neu" in client.get(reverse("report-job", args=[job.pk])).content.decode()


def test_a_public_report_stays_when_something_is_added(client, concept):
    job = _made(concept)
    inside = make_item("goal", concept=concept, visibility="internal")
    make_item("goal", concept=concept)
    _reword(inside)
    _withdraw(make_item("goal", concept=make_concept()))
    assert _fetched(client, job) == 200


def test_the_clock_deletes_the_files_of_outdated_reports(concept):
    item = make_item("goal", concept=concept)
    job = _made(concept)
    path = job.file.path
    clear_reports()
    assert Path(path).exists()
    _withdraw(item)
    clear_reports()
    job.refresh_from_db()
    assert job.state == "outdated" and not Path(path).exists()
