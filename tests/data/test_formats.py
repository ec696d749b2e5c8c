"""Files of clinics: written here by the field's own packages, read back in physical units."""

import importlib
import sys
import warnings

import numpy as np
import pytest

from dlcourse.data import formats


def package(name):
    return pytest.importorskip(name, reason=f"{name} is not installed (extra: formats)")


def drawn(*shape):
    return np.random.default_rng(0).normal(size=shape)


@pytest.mark.parametrize(
    "unit, zoom, spacing",
    [
        ("mm", (0.5, 0.75, 3.0), (0.5, 0.75, 3.0)),
        ("micron", (500, 750, 3000), (0.5, 0.75, 3.0)),
        ("meter", (0.0005, 0.00075, 0.003), (0.5, 0.75, 3.0)),
        ("unknown", (0.5, 0.75, 3.0), None),
    ],
)
def test_nifti(tmp_path, unit, zoom, spacing):
    nibabel = package("nibabel")
    image = nibabel.Nifti1Image(drawn(4, 3, 2), np.diag([*zoom, 1]))
    image.header.set_xyzt_units(unit)
    nibabel.save(image, tmp_path / "scan.nii.gz")
    found = formats.read_nifti(tmp_path / "scan.nii.gz")
    np.testing.assert_allclose(found.values, drawn(4, 3, 2), rtol=1e-12)
    assert found.unit == ""
    assert found.spacing is None if spacing is None else np.allclose(found.spacing, spacing)


def test_nifti_slope_and_time(tmp_path):
    nibabel = package("nibabel")
    stored = np.arange(24, dtype=np.int16).reshape(3, 2, 2, 2)
    image = nibabel.Nifti1Image(stored, np.eye(4))
    image.header.set_xyzt_units("mm", "sec")
    image.header.set_slope_inter(0.5, -10)
    nibabel.save(image, tmp_path / "scan.nii")
    found = formats.read_nifti(tmp_path / "scan.nii")
    raw = np.asarray(nibabel.load(tmp_path / "scan.nii").dataobj.get_unscaled(), float)
    np.testing.assert_allclose(found.values, 0.5 * raw - 10)
    assert found.spacing == (1, 1, 1)


def test_another_image_format_is_refused(tmp_path):
    nibabel = package("nibabel")
    nibabel.save(nibabel.MGHImage(drawn(2, 2, 2).astype("f4"), np.eye(4)), tmp_path / "scan.mgz")
    with pytest.raises(ValueError, match="is a MGHImage; needed a NIfTI file"):
        formats.read_nifti(tmp_path / "scan.mgz")


def dicom(path, stored, **tags):
    pydicom = package("pydicom")
    uid = importlib.import_module("pydicom.uid")
    file = pydicom.Dataset()
    file.file_meta = pydicom.dataset.FileMetaDataset()
    file.file_meta.TransferSyntaxUID = uid.ExplicitVRLittleEndian
    file.SOPClassUID = file.file_meta.MediaStorageSOPClassUID = uid.CTImageStorage
    file.SOPInstanceUID = file.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    file.Rows, file.Columns = stored.shape
    file.SamplesPerPixel, file.PhotometricInterpretation = 1, "MONOCHROME2"
    file.BitsAllocated = file.BitsStored = 16
    file.HighBit, file.PixelRepresentation = 15, 0
    file.PixelData = stored.astype("<u2").tobytes()
    for name, value in tags.items():
        setattr(file, name, value)
    file.save_as(path, enforce_file_format=True)
    return path


CT = {"Modality": "CT", "RescaleSlope": 2, "RescaleIntercept": -1024}


def test_dicom_ct_in_hounsfield_units(tmp_path):
    stored = np.arange(6).reshape(2, 3) * 100
    window = {"WindowCenter": 40, "WindowWidth": 80}  # for display: must change nothing
    path = dicom(tmp_path / "a.dcm", stored, PixelSpacing=[0.7, 0.6], **CT, **window)
    found = formats.read_dicom(path)
    np.testing.assert_array_equal(found.values, 2.0 * stored - 1024)
    assert (found.unit, found.spacing) == ("HU", (0.7, 0.6))


@pytest.mark.parametrize(
    "tags, unit",
    [
        ({"Modality": "MR"}, ""),
        ({**CT, "RescaleType": "HU"}, "HU"),
        ({**CT, "RescaleType": "US"}, ""),
        ({**CT, "Modality": "NM", "RescaleType": "mg/ml"}, "mg/ml"),
        ({"Modality": "CT"}, ""),
    ],
)
def test_dicom_says_its_unit_or_none(tmp_path, tags, unit):
    assert formats.read_dicom(dicom(tmp_path / "a.dcm", np.ones((2, 2)), **tags)).unit == unit


def test_an_x_ray_has_no_spacing_in_the_patient(tmp_path):
    path = dicom(tmp_path / "a.dcm", np.ones((2, 2)), Modality="DX", ImagerPixelSpacing=[0.1, 0.1])
    found = formats.read_dicom(path)
    assert found.spacing is None and found.unit == ""


def test_dicom_without_pixels_is_refused(tmp_path):
    pydicom = package("pydicom")
    path = dicom(tmp_path / "a.dcm", np.ones((2, 2)), Modality="SR")
    file = pydicom.dcmread(path)
    del file.PixelData
    file.save_as(path)
    with pytest.raises(ValueError, match="holds SR without pixels"):
        formats.read_dicom(path)


@pytest.mark.parametrize("suffix", ["", ".hea"])
def test_wfdb(tmp_path, suffix):
    wfdb = package("wfdb")
    signals = 2 * drawn(500, 2)
    signals[7, 1] = np.nan  # an electrode fell off
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its writer calls pandas in an old way; its reader may not
        names = ["mV", "mmHg"], ["II", "ABP"]
        wfdb.wrsamp("patient", 360, *names, signals, fmt=["16", "16"], write_dir=str(tmp_path))
    found = formats.read_wfdb(tmp_path / f"patient{suffix}")
    np.testing.assert_allclose(found.values, signals, atol=1e-3)
    assert found[1:] == (360.0, ("mV", "mmHg"), ("II", "ABP"))


def edf(path, rates, units=("uV", "uV", "mV")):
    edfio = package("edfio")
    data = {label: 50 * drawn(4 * rate) for label, rate in rates.items()}
    signals = [
        edfio.EdfSignal(values, rates[label], label=label, physical_dimension=unit)
        for (label, values), unit in zip(data.items(), units, strict=False)
    ]
    edfio.Edf(signals).write(path)
    return data


def test_edf(tmp_path):
    data = edf(tmp_path / "a.edf", {"Fp1": 256, "Fp2": 256})
    found = formats.read_edf(tmp_path / "a.edf")
    np.testing.assert_allclose(found.values, np.stack([*data.values()], axis=1), atol=5e-3)
    assert found[1:] == (256.0, ("uV", "uV"), ("Fp1", "Fp2"))


def test_edf_of_several_rates(tmp_path):
    data = edf(tmp_path / "a.edf", {"Fp1": 256, "Fp2": 256, "resp": 32})
    with pytest.raises(ValueError, match=r"rates differ \(Fp1 256, Fp2 256, resp 32 Hz\)"):
        formats.read_edf(tmp_path / "a.edf")
    found = formats.read_edf(tmp_path / "a.edf", channels=["resp"])
    np.testing.assert_allclose(found.values[:, 0], data["resp"], atol=5e-3)
    assert found[1:] == (32.0, ("mV",), ("resp",))
    with pytest.raises(ValueError, match=r"found no channel O1 in .*; it has Fp1, Fp2, resp"):
        formats.read_edf(tmp_path / "a.edf", channels=["O1"])


@pytest.mark.parametrize(
    "name, read",
    [
        ("nibabel", formats.read_nifti),
        ("pydicom", formats.read_dicom),
        ("wfdb", formats.read_wfdb),
        ("edfio", formats.read_edf),
    ],
)
def test_a_missing_package_names_the_extra(monkeypatch, name, read):
    monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(ModuleNotFoundError, match=rf"{name}.*dlcourse\[formats\]"):
        read("file")
