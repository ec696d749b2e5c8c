"""Real data, small enough for seconds per cell, and ``split``, which keeps a part unseen.

``films`` has phantom films: drawn, so that the truth is known, with shortcuts to plant.
``lesion_scans`` draws scans with outlined lesions, ``scattered`` canvases with boxes to find,
``retina_phantoms`` retinas with graders, ``mammogram_phantoms`` breasts of unlike hospitals,
``ecg_strips`` strips of an ECG with two signs to tell apart, ``eeg_windows`` seizures,
``note_sentences`` notes, ``ordered_tests`` a table of patients by tests with holes, and
``write_study`` a table and a folder of pictures with the faults that studies have.
``medmnist`` fetches its images on first use; ``fetch`` says where they are kept. ``formats``
reads your own files: NIfTI, DICOM, WFDB, EDF.
"""

from . import films, formats
from .brainwaves import Windows, eeg_windows
from .images import Images, digits
from .lesions import LesionScans, lesion_scans
from .mammograms import Mammograms, mammogram_phantoms
from .medical_images import available, medmnist
from .notes import note_sentences, vocabulary
from .ordered_tests import OrderedTests, ordered_tests
from .printed import printed_characters
from .retinas import Retinas, draw_grades, retina_phantoms, true_grades
from .rhythms import Strips, ecg_strips
from .scattered import Scattered, scattered
from .slide_words import WordTable, slide_words
from .split import train_val_test_split
from .study import Study, write_study
from .survival import SurvivalTable, heart_transplant
from .tables import Table, breast_cancer, diabetes, women
