"""How well a score puts the ill above the healthy, at every threshold, at one, and beside readers.

``roc`` has the curve, ``auc`` the area, ``delong`` its spread and the test, ``operating`` chooses a
threshold, ``precision_recall`` asks how many alarms are right, ``readers`` puts people beside it.
"""
