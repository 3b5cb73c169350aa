"""Por dónde va la medición: un renglón por medida, con lo que falta."""

import sys
import time


class Progreso:
    """Escribe en la salida de errores; la otra es para el resultado."""

    def empezar(self, parte: str, total: int) -> None:
        """Empieza una parte, de tantas medidas."""
        self._parte, self._total, self._hechas = parte, total, 0
        self._inicio = time.monotonic()

    def decir(self, texto: str) -> None:
        """Qué se va a medir."""
        self._hechas += 1
        resta = ""
        if self._hechas > 1:
            una = (time.monotonic() - self._inicio) / (self._hechas - 1)
            resta = f", quedan unos {una * (self._total - self._hechas + 1) / 60:.1f} min"
        sys.stderr.write(f"[{self._parte} {self._hechas}/{self._total}{resta}] {texto}: ")
        sys.stderr.flush()

    def resultado(self, texto: str) -> None:
        """Qué salió."""
        self.avisar(texto)

    @staticmethod
    def avisar(texto: str) -> None:
        """Un renglón aparte."""
        print(texto, file=sys.stderr, flush=True)
