"""From `make` to an open notebook: the installation, the working copy, JupyterLab."""
