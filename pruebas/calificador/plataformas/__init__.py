"""Donde se califica: lo que Gradescope, Moodle y GitHub Classroom piden, y en qué forma.

gradescope   el autograder.zip: setup.sh, run_autograder y lo que hace falta para correr aquí mismo, en su contenedor
moodle       la hoja de calificaciones ya llena, y el .zip con el informe de cada quien en su carpeta
github       el archivo de GitHub Actions que califica cada entrega
"""
