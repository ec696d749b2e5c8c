"""What is handed out: ``assignment`` as its instructor sees a lab, ``release`` as students do."""
