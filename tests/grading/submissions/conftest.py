import zipfile

import pytest


@pytest.fixture
def zipped(tmp_path):
    def write(members):
        path = tmp_path / "class.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members:
                archive.writestr(name, data)
        return path

    return write
