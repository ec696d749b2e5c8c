"""Files of clinics and laboratories as plain arrays, with their units: NIfTI, DICOM, WFDB, EDF.

Each is read by its field's own package; the extra ``formats`` installs all four.
"""

import importlib
from typing import NamedTuple

import numpy as np

IN_MM = {"mm": 1.0, "meter": 1000.0, "micron": 0.001}


class Volume(NamedTuple):
    """An image of two or more dimensions.

    ``values`` are physical: slope and intercept of the file are applied. ``unit`` is theirs, ""
    where the file does not say. ``spacing`` has the distance between neighbours in mm along each
    spatial axis of ``values``, None where the file does not say.
    """

    values: np.ndarray
    unit: str
    spacing: tuple | None


class Signals(NamedTuple):
    """Signals ``values`` (samples, channels) at ``rate`` samples a second.

    ``units`` and ``channels`` have one text for each column; the values are physical, in these
    units, and NaN where the file marks them as missing.
    """

    values: np.ndarray
    rate: float
    units: tuple
    channels: tuple


def read_nifti(path):
    """Return the Volume of a NIfTI file, float64, axes as stored: (x, y, z) or (x, y, z, time).

    NIfTI has no field for the unit of its values, so ``unit`` is "". Read by nibabel.
    """
    nibabel = _package("nibabel", "read_nifti")
    image = nibabel.load(path)
    if not isinstance(image, nibabel.Nifti1Image | nibabel.Nifti2Image):
        raise ValueError(f"{path} is a {type(image).__name__}; needed a NIfTI file")
    unit, _ = image.header.get_xyzt_units()
    spacing = None
    if unit in IN_MM:
        spacing = tuple(float(zoom) * IN_MM[unit] for zoom in image.header.get_zooms()[:3])
    return Volume(image.get_fdata(), "", spacing)


def read_dicom(path):
    """Return the Volume of a DICOM file: (rows, columns), or with frames before and colours after.

    The modality's rescaling is applied: a CT comes in Hounsfield units, "HU". Windows, and the
    inversion of MONOCHROME1, are for display and are not. ``spacing`` is that of rows and columns
    in the patient; a plain X-ray knows it at its detector only, so there it is None. Read by
    pydicom.
    """
    pydicom = _package("pydicom", "read_dicom")
    pixels = importlib.import_module("pydicom.pixels")
    file = pydicom.dcmread(path)
    if "PixelData" not in file:
        raise ValueError(f"{path} holds {file.get('Modality', 'no modality')} without pixels")
    unit = file.get("RescaleType", "")
    if not unit and file.get("Modality") == "CT" and "RescaleSlope" in file:
        unit = "HU"
    spacing = file.get("PixelSpacing")
    return Volume(
        pixels.apply_modality_lut(file.pixel_array, file),
        "" if unit == "US" else str(unit),  # DICOM's word for unspecified
        tuple(map(float, spacing)) if spacing else None,
    )


def read_wfdb(path):
    """Return the Signals of a WFDB record; ``path`` names it without extension. Read by wfdb."""
    wfdb = _package("wfdb", "read_wfdb")
    record = wfdb.rdrecord(str(path).removesuffix(".hea"))
    return Signals(record.p_signal, float(record.fs), tuple(record.units), tuple(record.sig_name))


def read_edf(path, channels=None):
    """Return the Signals of an EDF or EDF+ file. Read by edfio.

    Parameters
    ----------
    path : of the file
    channels : labels of those to read, all of one rate; by default all in the file

    Raises
    ------
    ValueError
        If a channel is not there, the rates differ, or the recording has gaps (EDF+D), after
        which the time of a sample no longer follows from its number.
    """
    file = _package("edfio", "read_edf").read_edf(path)
    if not file.is_continuous:
        raise ValueError(f"{path} is interrupted (EDF+D); needed a recording without gaps")
    labels = list(file.labels) if channels is None else list(channels)
    missing = [label for label in labels if label not in file.labels]
    if missing or not labels:
        raise ValueError(
            f"found no channel {', '.join(missing) or 'at all'} in {path}; it has "
            f"{', '.join(file.labels)}"
        )
    signals = [file.get_signal(label) for label in labels]
    rates = {float(signal.sampling_frequency) for signal in signals}
    if len(rates) > 1:
        found = ", ".join(f"{s.label} {s.sampling_frequency:g}" for s in signals)
        raise ValueError(f"rates differ ({found} Hz); name channels of one rate in channels=")
    return Signals(
        np.stack([signal.data for signal in signals], axis=1),
        rates.pop(),
        tuple(signal.physical_dimension for signal in signals),
        tuple(labels),
    )


def _package(name, caller):
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            f"{caller}() reads with {name}, which is not installed; install the extra: "
            'pip install "dlcourse[formats]"'
        ) from error
