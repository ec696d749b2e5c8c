"""Images or grades? A network for phantom retinas, taught and judged by majorities of graders.

3,000 retinas to learn from and 4,000 to test on, with seven grades each. For unit 15, after
Gulshan and others (2016).
"""

import numpy as np

from dlcourse.data import draw_grades, retina_phantoms, true_grades
from dlcourse.metrics import at_threshold, operating_point, roc_auc_score

from ._cases import logits, trained

SEEDS = range(10)
TRAIN, TEST, EACH = 3000, 4000, 7
IMAGES = (100, 300, 1000, 3000)
GRADES = (1, 3, 5, 7)
BOUGHT = ((3000, 1), (1000, 3), (600, 5), (428, 7))  # 3,000 grades each


def referable(grades):
    """Return the majority's answer, (n,) of 0 and 1, for an odd number of graders."""
    return (2 * (grades >= 2).sum(axis=1) > grades.shape[1]).astype(int)


def retinas(seed):
    """Return training and test phantoms with their grades: (X, grades, truth) twice."""
    rng, parts = np.random.default_rng(seed), []
    for n in (TRAIN, TEST):
        found = retina_phantoms(n, rng)
        grades = draw_grades(found.severity, EACH, rng)
        parts.append((found.X, grades, (true_grades(found.severity) >= 2).astype(int)))
    return parts


def judged(z, truth, grades):
    """Return what one network is measured to be by majorities of so many graders."""
    found = {}
    for k in (*GRADES, "truth"):
        labels = truth if k == "truth" else referable(grades[:, :k])
        chosen = operating_point(labels, z, sensitivity=0.9)
        found[str(k)] = {
            "auc": roc_auc_score(labels, z),
            "auc of 500": roc_auc_score(labels[:500], z[:500]),
            "specificity": chosen.specificity.share,
            "true sensitivity": at_threshold(truth, z, chosen.threshold).sensitivity.share,
        }
    return found


def measure(seed):
    """Return AUC against the truth by training set, and one network by its judges."""
    (X, grades, truth), (X_test, grades_test, truth_test) = retinas(seed)
    done = {}

    def scores(n, k):
        """Return the test logits of a network taught by n images with k grades, or the truth."""
        if (n, k) not in done:
            y = truth[:n] if k == "truth" else referable(grades[:n, :k])
            done[n, k] = logits(trained(X[:n], y, seed), X_test)
        return done[n, k]

    def auc(n, k):
        return roc_auc_score(truth_test, scores(n, k))

    single = grades_test[:, 0] >= 2
    return {
        "images": {str(n): auc(n, 7) for n in IMAGES},
        "training": {str(k): auc(1000, k) for k in (*GRADES, "truth")},
        "bought": {f"{n} x {k}": auc(n, k) for n, k in BOUGHT},
        "tuning": judged(scores(1000, 7), truth_test, grades_test),
        "pupil": float(((scores(1000, 1) > 0) == truth_test).mean()),
        "one grader": float((single == truth_test).mean()),
        "majority": float((referable(grades_test) == truth_test).mean()),
        "referable": float(truth_test.mean()),
    }
