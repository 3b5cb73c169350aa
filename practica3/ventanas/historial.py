"""Las conversaciones, guardadas de una vez a otra en SQLite, y lo que se quedó sin enviar.

    usuario   charla     autor   clase   contenido   hora    …
    Ana       #general   Bryan   texto   Hola        1 789…

Cada usuario ve las suyas: en un equipo puede haber varios. Quien vuelve a entrar recibe de
la red lo más reciente otra vez; lo que ya estaba, con la misma hora y autor, no se repite.

Escribir en disco cuesta: se anota en memoria y cada medio segundo se vuelca un poco. Lo usa
el hilo de la ventana y nunca la detiene: si otro programa ocupa el archivo, se insiste luego.
"""

import contextlib
import sqlite3

import datos

ARCHIVO = "historial.sqlite3"
MAX_FILAS = 200_000  # mensajes guardados; al abrir se olvidan los más viejos
MAX_EN_ESPERA = 20_000  # mensajes anotados sin volcar
LOTE = 400  # mensajes por volcado: unos 5 ms
ESPERA = 0.02  # s por un archivo ocupado

TABLA = """
CREATE TABLE IF NOT EXISTS mensajes (
    numero INTEGER PRIMARY KEY, usuario TEXT, charla TEXT, autor TEXT, clase TEXT, contenido TEXT,
    hora REAL, propio INTEGER, estado TEXT, archivo TEXT, duracion REAL,
    UNIQUE (usuario, charla, hora, autor, clase, contenido))
"""
TABLA_DE_BORRADORES = "CREATE TABLE IF NOT EXISTS borradores (usuario TEXT, charla TEXT, texto TEXT, PRIMARY KEY (usuario, charla))"
COLUMNAS = ("autor", "clase", "contenido", "hora", "propio", "estado", "archivo", "duracion")
# Lo que llega otra vez conserva su número, que es su lugar en la conversación: INSERT OR REPLACE le daría el último.
ANOTAR = f"""
INSERT INTO mensajes (usuario, charla, {', '.join(COLUMNAS)}) VALUES (?, ?{', ?' * len(COLUMNAS)})
    ON CONFLICT (usuario, charla, hora, autor, clase, contenido)
    DO UPDATE SET propio = excluded.propio, estado = excluded.estado, archivo = excluded.archivo, duracion = excluded.duracion
"""


class Historial:
    """El archivo de las conversaciones. Si no se puede usar, `falla` dice por qué y nada más ocurre."""

    def __init__(self, usar: bool = True):
        self.falla = ""
        self._por_volcar: "list[tuple]" = []
        self._borradores: "dict[tuple[str, str], str]" = {}  # los de esta vez, aunque no se conserven
        self._base: "sqlite3.Connection | None" = None
        self.usar(usar)

    def usar(self, usar: bool) -> None:
        """Conservar las conversaciones desde ahora, o dejar de hacerlo."""
        if usar and self._base is None:
            self._abrir()
        elif not usar and self._base is not None:
            self.volcar(todo=True)
            self._base.close()
            self._base = None

    def _abrir(self) -> None:
        self.falla = ""
        try:
            self._base = sqlite3.connect(datos.carpeta_de_datos() / ARCHIVO, timeout=ESPERA, isolation_level=None)
            self._base.execute("PRAGMA journal_mode = WAL")
            self._base.execute("PRAGMA synchronous = OFF")  # un corte de luz puede perder lo último, no el archivo
            self._base.execute("PRAGMA wal_autocheckpoint = 100")  # páginas: pasarlas de pocas en pocas no se nota
            self._base.execute(TABLA)
            self._base.execute(TABLA_DE_BORRADORES)
            self._base.execute("DELETE FROM mensajes WHERE numero <= (SELECT max(numero) FROM mensajes) - ?", (MAX_FILAS,))
        except (sqlite3.Error, OSError) as error:
            self._fallar(error)

    def _fallar(self, error: Exception) -> None:
        self.falla = f"No se puede guardar el historial: {error}."
        self._por_volcar.clear()

    def anotar(self, usuario: str, charla: str, **fila) -> None:
        """Recordar un mensaje, con los valores de COLUMNAS."""
        if self._base is not None and not self.falla and len(self._por_volcar) < MAX_EN_ESPERA:
            self._por_volcar.append((usuario, charla, *map(fila.get, COLUMNAS)))

    def volcar(self, todo: bool = False) -> None:
        """Escribir un poco de lo anotado, o todo."""
        while self._por_volcar and not self.falla:
            lote = self._por_volcar[:LOTE]
            try:
                self._base.execute("BEGIN IMMEDIATE")
                self._base.executemany(ANOTAR, lote)
                self._base.execute("COMMIT")
            except sqlite3.OperationalError as error:  # ocupado por otro programa, o disco lleno
                if self._base.in_transaction:
                    self._base.execute("ROLLBACK")
                if "locked" not in str(error) and "busy" not in str(error):
                    self._fallar(error)
                return
            except (sqlite3.Error, UnicodeError, OverflowError) as error:
                self._fallar(error)
                return
            del self._por_volcar[:LOTE]
            if not todo:
                return

    def leer(self, usuario: str, charla: str, cuantos: int) -> "list[dict]":
        """Lo último de una charla, en orden."""
        self.volcar(todo=True)
        if self.falla or self._base is None:
            return []
        try:
            filas = self._base.execute(
                f"SELECT {', '.join(COLUMNAS)} FROM mensajes WHERE usuario = ? AND charla = ? ORDER BY numero DESC LIMIT ?",
                (usuario, charla, cuantos)).fetchall()
        except sqlite3.Error as error:
            self._fallar(error)
            return []
        return [dict(zip(COLUMNAS, fila)) for fila in reversed(filas)]

    def guardar_borrador(self, usuario: str, charla: str, texto: str) -> None:
        """Recordar lo escrito y no enviado en una charla que se cierra; vacío, nada."""
        self._borradores[usuario, charla] = texto
        if self._base is not None and not self.falla:
            with contextlib.suppress(sqlite3.Error, UnicodeError):  # ocupado: se recuerda mientras viva el programa
                self._base.execute("INSERT OR REPLACE INTO borradores VALUES (?, ?, ?)", (usuario, charla, texto))

    def leer_borrador(self, usuario: str, charla: str) -> str:
        """Lo que se dejó sin enviar en una charla."""
        guardado = None
        if self._base is not None and not self.falla:
            with contextlib.suppress(sqlite3.Error, UnicodeError):
                guardado = self._base.execute("SELECT texto FROM borradores WHERE usuario = ? AND charla = ?", (usuario, charla)).fetchone()
        return self._borradores.get((usuario, charla), guardado[0] if guardado else "")

    def borrar(self) -> None:
        """Olvidar todas las conversaciones, de todos los usuarios de esta cuenta del equipo."""
        self._por_volcar.clear()
        self._borradores.clear()
        if self._base is not None and not self.falla:
            try:
                self._base.execute("DELETE FROM mensajes")
                self._base.execute("DELETE FROM borradores")
                self._base.execute("VACUUM")
            except sqlite3.Error as error:
                self._fallar(error)
