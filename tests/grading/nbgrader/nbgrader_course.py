"""A course folder of nbgrader's in a temporary place, and what happens in it."""

import csv
import os
import shutil
import sys
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from nbgrader.plugins import CsvExportPlugin
from traitlets.config import Config

from dlcourse.grading.nbgrader.executor import configure


class Course:
    """nbgrader's commands, run in this process: as installed, or with our executor."""

    def __init__(self, folder, ours=True, **options):
        # nbgrader starts alembic by its name.
        os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        self.folder = Path(folder)
        config = Config()
        config.CourseDirectory.root = str(folder)
        if ours:
            configure(config)
            config.ConfinedExecute.update(options)
        self.api = NbGraderAPI(CourseDirectory(config=config), config=config)

    def assign(self, name, notebook, title=None):
        """Take a solved notebook as the source of assignment ``name`` and release it."""
        source = self.folder / "source" / name
        source.mkdir(parents=True)
        shutil.copy(notebook, source / f"{title or Path(notebook).stem}.ipynb")
        said = self.api.generate_assignment(name)
        assert said["success"], said["log"]
        return next((self.folder / "release" / name).glob("*.ipynb"))

    def autograde(self, name, student="*", force=False):
        """Return whether all went well, and the log."""
        said = self.api.autograde(name, student, force=force)
        return said["success"], said["log"]

    def feedback(self, name, student):
        said = self.api.generate_feedback(name, student)
        assert said["success"], said["log"]
        (page,) = (self.folder / "feedback" / student / name).glob("*.html")
        return page.read_text(encoding="utf-8")

    def marks(self, name, notebook):
        """Return {student: {grade id: automatic points}} of the autograded submissions."""
        with self.api.gradebook as gradebook:
            return {
                submission.student.id: {grade.name: grade.auto_score for grade in submission.grades}
                for submission in gradebook.notebook_submissions(notebook, name)
            }

    def export(self):
        """Return what ``nbgrader export`` writes, {(assignment, student): points}."""
        plugin, path = CsvExportPlugin(), self.folder / "export.csv"
        plugin.to = str(path)
        with self.api.gradebook as gradebook:
            plugin.export(gradebook)
        with open(path, newline="", encoding="utf-8") as file:
            return {
                (row["assignment"], row["student_id"]): float(row["score"])
                for row in csv.DictReader(file)
            }
