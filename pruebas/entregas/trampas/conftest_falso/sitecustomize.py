import sys

sys.stderr.write("sitecustomize de la entrega\n")
