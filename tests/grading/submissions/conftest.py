import time
import zipfile

import pytest
from handed_in import TIME


@pytest.fixture
def zipped(tmp_path):
    def write(members):
        path = tmp_path / "class.zip"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in members:
                member = name
                if isinstance(name, str):
                    member = zipfile.ZipInfo(name, time.localtime(TIME)[:6])
                    member.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(member, data)
        return path

    return write
