"""El archivo de GitHub Actions que califica lo que cada equipo sube a su repositorio de GitHub Classroom.

El repositorio es el paquete de los alumnos (`python3 enunciado --paquete`) con su entrega en una carpeta. Se corren los
criterios visibles; el trabajo sale bien, o mal, según el código de salida de `python3 pruebas --entrega … --exigir`.
"""

import pathlib

FLUJO = """# Califica la entrega con los criterios visibles cada vez que se sube algo. El resultado se ve en Actions:
# verde si pasaron todos; rojo si algo falló o hay que revisarlo a mano (el informe, entre los archivos del trabajo).
name: Calificar
on: [push, workflow_dispatch]
jobs:
  calificar:
    runs-on: ubuntu-latest
    timeout-minutes: 15
    env:
      ENTREGA: entrega   # la carpeta de la entrega en este repositorio
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - name: Preparar
        run: sudo apt-get update && sudo apt-get install -y --no-install-recommends xvfb strace nftables portaudio19-dev
      - name: Calificar
        # 0: todo pasó. 1: no hubo nota. 2: la orden está mal. 3: algo falló. 4: nada falló, pero algo hay que
        # revisarlo.
        run: sudo env "PATH=$PATH" python3 pruebas --entrega "$ENTREGA" --salida calificaciones --exigir
      - name: Guardar el informe
        if: always()
        uses: actions/upload-artifact@v4
        with:
          name: informe
          path: calificaciones
"""


def escribir(destino: pathlib.Path) -> pathlib.Path:
    """Dejar el archivo en `destino`, donde GitHub lo busca; devolver su ruta."""
    ruta = destino / ".github" / "workflows" / "calificar.yml"
    ruta.parent.mkdir(parents=True, exist_ok=True)
    ruta.write_text(FLUJO, encoding="utf-8", newline="\n")
    return ruta
