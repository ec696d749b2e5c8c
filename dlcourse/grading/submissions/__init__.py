"""What is handed in, and what is found in it.

``files`` walks a folder or a zip, ``find`` tells whose each notebook is, ``notebook`` reads its
marked cells, ``statements`` takes their code apart, ``answers`` puts together what one answer
needs. No line of a student's is run here.
"""
