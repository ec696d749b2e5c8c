"""What JupyterLab saves: the picture, not the view of a widget that ends with the kernel."""

LIVE = "application/vnd.jupyter.widget-view+json"


def keep_pictures(model, **_where):
    """Take the views of interactive figures out of a notebook that is about to be saved.

    JupyterLab shows the view before the picture beside it, and without the kernel that made it
    the view is one line, "model not found". The page that is open keeps its live figure. A
    widget without a picture beside it stays as it is.

    Parameters
    ----------
    model : as Jupyter's contents manager gives it to a ``pre_save_hook``; changed in place
    """
    if model["type"] != "notebook":
        return
    for cell in model["content"].get("cells", []):
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            if data.keys() & {"image/png", "text/html"}:
                data.pop(LIVE, None)
