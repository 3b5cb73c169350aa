"""Las conversaciones, guardadas de una vez a otra en SQLite.

    usuario   charla     autor   clase   contenido   hora    …
    ana       #general   Bryan   texto   Hola        1 789…

Cada usuario ve las suyas: en un equipo puede haber varios. De él y de la charla se guarda la forma
comparable de su nombre: quien hoy escribe «Ana» y ayer «ana» lee lo mismo. Quien vuelve a entrar
recibe de la red lo más reciente otra vez; lo que ya estaba, con la misma hora y autor, no se
repite.

Escribir en disco cuesta: se anota en memoria y cada medio segundo se vuelca un poco. Lo usa
el hilo de la ventana y no la detiene: si otro programa ocupa el archivo, se insiste luego.
Todo pasa por `_ejecutar`, que abre el archivo si hace falta y, si algo sale mal, lo suelta. Un
archivo estropeado se aparta, con otro nombre, y se empieza uno nuevo.
"""

import dataclasses
import json
import os
import sqlite3
import time

import campos
from equipo import datos
from equipo import errores

ARCHIVO = "historial.sqlite3"
MAX_FILAS = 200_000  # mensajes guardados; después se olvidan los más viejos
MAX_BASE = 128 * 2**20  # que ocupan: con 200 000 mensajes normales, unos 50 MB
MAX_SIN_VOLCAR = 20_000  # mensajes anotados sin volcar
LOTE = 400  # mensajes por volcado: unos 5 ms
PODAS = 10  # lotes viejos que un volcado olvida como mucho
ESPERA_CORTA = 0.02  # s por un archivo ocupado
ESPERA_LARGA = 2.0  # s, al abrir, al cerrar y al borrar: no hay un después en que insistir
OCUPADO = "otro programa lo está usando"
ESTROPEADO = "su archivo está estropeado"
APARTADOS = "historial-estropeado-*.sqlite3"
MOTIVOS = {  # lo que dice SQLite
    "locked": OCUPADO,
    "full": "el disco está lleno",
    "readonly": "no hay permiso para escribir en su archivo",
    "unable to open": "no se puede abrir su archivo",
    "not a database": ESTROPEADO,
    "malformed": ESTROPEADO,
    "disk I/O": "el disco falla",
}

PREPARACION = (
    "PRAGMA journal_mode = WAL",
    # Con WAL, un corte de luz puede perder lo último, no el archivo; con OFF, también el archivo.
    "PRAGMA synchronous = NORMAL",
    "PRAGMA wal_autocheckpoint = 250",  # páginas: pasarlas de pocas en pocas no se nota
    """CREATE TABLE IF NOT EXISTS mensajes (
           numero INTEGER PRIMARY KEY, usuario TEXT, charla TEXT, autor TEXT, clase TEXT,
           contenido TEXT, hora REAL, propio INTEGER, estado TEXT, archivo TEXT, duracion REAL,
           cita TEXT, UNIQUE (usuario, charla, hora, autor, clase, contenido))""",
    # El de UNIQUE halla una charla, pero por hora: sin éste, leer el final la ordena entera.
    "CREATE INDEX IF NOT EXISTS mensajes_por_charla ON mensajes (usuario, charla)",
)
# Versiones anteriores guardaban los nombres como se escribieron, y no tenían citas: se cambia
# una vez.
VERSION = 2
UNIFICAR = """
UPDATE OR IGNORE mensajes SET usuario = comparable(usuario), charla = comparable(charla)
    WHERE usuario != comparable(usuario) OR charla != comparable(charla)
"""
COLUMNAS = ("autor", "clase", "contenido", "hora", "propio", "estado", "archivo", "duracion",
            "cita")
# Lo que llega otra vez conserva su número, que es su lugar: INSERT OR REPLACE le daría el último.
ANOTAR = f"""
INSERT INTO mensajes (usuario, charla, {', '.join(COLUMNAS)}) VALUES (?, ?{', ?' * len(COLUMNAS)})
    ON CONFLICT (usuario, charla, hora, autor, clase, contenido)
    DO UPDATE SET propio = excluded.propio, estado = excluded.estado,
        archivo = coalesce(excluded.archivo, archivo),
        duracion = coalesce(excluded.duracion, duracion), cita = coalesce(excluded.cita, cita)
"""
# De lo que su autor borró para todos queda sólo que se borró; dice cuál, por su hora.
BORRAR_UNO = """
DELETE FROM mensajes
    WHERE usuario = ? AND charla = ? AND autor = ? AND hora = ? AND clase <> 'borrar'
"""
CON_ESTADO = "SELECT DISTINCT charla FROM mensajes WHERE usuario = ? AND estado = ?"
# El último número de cada charla sale del índice; sólo de ésos se lee el resto.
CHARLAS = """
SELECT charla, (SELECT autor FROM mensajes AS suyo WHERE suyo.usuario = ?1
                    AND suyo.charla = ultimos.charla AND NOT suyo.propio
                    ORDER BY suyo.numero DESC LIMIT 1), hora
    FROM (SELECT charla, max(numero) AS numero FROM mensajes WHERE usuario = ?1
              GROUP BY charla ORDER BY 2 DESC LIMIT ?2) AS ultimos
    JOIN (SELECT numero, hora FROM mensajes) USING (numero)
"""
LEER = f"""
SELECT {', '.join(COLUMNAS)} FROM mensajes WHERE usuario = ? AND charla = ?
    ORDER BY numero DESC LIMIT ?
"""
# En el archivo y en el registro de SQLite (-wal) queda lo borrado hasta que se rehacen.
# La tabla de borradores la hacían versiones anteriores.
BORRAR = ("DELETE FROM mensajes", "DROP TABLE IF EXISTS borradores", "VACUUM",
          "PRAGMA wal_checkpoint(TRUNCATE)")
CLASES = {"msj": "texto"}  # cómo dice el archivo un tipo del protocolo, si no es igual
TIPOS = {clase: tipo for tipo, clase in CLASES.items()}


@dataclasses.dataclass
class Fila:
    """Un mensaje guardado, o por guardar."""

    tipo: str  # del protocolo
    autor: str
    content: str
    hora: float
    propio: bool
    estado: str
    archivo: "str | None" = None  # de un adjunto
    duracion: "float | None" = None
    cita: "dict | None" = None  # a qué contesta


class Historial:
    """El archivo de las conversaciones. Si no se puede usar, `falla` dice por qué, y nada más."""

    def __init__(self, usar: bool = True):
        self.falla = ""
        self._en_uso = False
        self._archivo: "os.stat_result | None" = None  # cuál es el abierto
        self._por_volcar: "list[tuple]" = []  # los valores de cada mensaje anotado
        self._base: "sqlite3.Connection | None" = None
        self.usar(usar)

    def usar(self, usar: bool) -> None:
        """Conservar las conversaciones desde ahora, o dejar de hacerlo."""
        self.falla = ""
        if usar and not self._en_uso:
            self._en_uso = True
            self._ejecutar(lambda base: None, ESPERA_LARGA)
        elif not usar:
            self.volcar(todo=True, espera=ESPERA_LARGA)
            self._dejar()

    def _dejar(self) -> None:
        self._en_uso = False
        self._por_volcar.clear()
        self._soltar()

    def _ejecutar(self, accion, espera: float = ESPERA_CORTA) -> str:
        """Hacer `accion(base)`; devuelve por qué no se pudo, o nada.

        Si está ocupado se puede insistir; si está estropeado, se hace con uno nuevo; por otra
        razón, ya no se usa.
        """
        limite, apartado = time.monotonic() + espera, False
        while True:
            try:
                accion(self._abrir(espera))
                return ""
            except (sqlite3.Error, OSError, UnicodeError, OverflowError) as error:
                self._soltar()
                motivo = _explicar(error)
            if motivo == ESTROPEADO and not apartado:
                apartado = True
                motivo = self._apartar()
                if not motivo:
                    continue
            if motivo != OCUPADO or time.monotonic() > limite:
                break
            # SQLite no siempre espera él: al estrenar el archivo entre varios, no.
            time.sleep(ESPERA_CORTA)
        if self._en_uso and motivo != OCUPADO:
            self.falla = f"No se puede guardar el historial: {motivo}."
            self._dejar()
        return motivo

    def _abrir(self, espera: float) -> sqlite3.Connection:
        if self._base is None:
            ruta = datos.carpeta_de_datos() / ARCHIVO
            self._base = sqlite3.connect(ruta, timeout=espera, isolation_level=None)
            self._archivo = os.stat(ruta)
            for orden in PREPARACION:
                self._base.execute(orden)
            _unificar(self._base)
        self._base.execute(f"PRAGMA busy_timeout = {round(espera * 1000)}")
        return self._base

    def _soltar(self) -> None:
        """Cerrar el archivo y deshacer lo que esté a medias: abierto, nadie más podría escribir."""
        if self._base is not None:
            self._base.close()
            self._base = None

    def _apartar(self) -> str:
        """Dar otro nombre al archivo estropeado; devuelve por qué no se pudo, o nada."""
        ruta = datos.carpeta_de_datos() / ARCHIVO
        aparte = ruta.with_name(APARTADOS.replace("*", time.strftime("%Y-%m-%d-%H-%M-%S")))
        try:
            if not os.path.samestat(os.stat(ruta), self._archivo):
                return ""  # ya lo apartó otro programa de la misma persona
            ruta.replace(aparte)
            for resto in ("-wal", "-shm"):  # del estropeado: en el nuevo lo estropearían
                ruta.with_name(ARCHIVO + resto).unlink(missing_ok=True)
        except OSError as error:
            return errores.explicar(error)
        self.falla = ("El historial estaba estropeado y se empezó otro. Lo anterior está en "
                      f"{aparte}.")
        return ""

    def anotar(self, usuario: str, charla: str, fila: Fila) -> None:
        """Recordar un mensaje de la charla de alguien: «#sala» o «@persona»."""
        # Una ruta puede no ser UTF-8, y un texto de SQLite debe serlo.
        archivo = os.fsencode(fila.archivo) if fila.archivo else None
        if self._en_uso and len(self._por_volcar) < MAX_SIN_VOLCAR:
            self._por_volcar.append((
                campos.comparable(usuario), campos.comparable(charla), fila.autor,
                CLASES.get(fila.tipo, fila.tipo), fila.content, fila.hora, fila.propio,
                fila.estado, archivo, fila.duracion, fila.cita and json.dumps(fila.cita)))

    def volcar(self, todo: bool = False, espera: float = ESPERA_CORTA) -> None:
        """Escribir un poco de lo anotado, o todo."""
        while self._por_volcar and not self._ejecutar(self._escribir_lote, espera) and todo:
            pass

    def _escribir_lote(self, base: sqlite3.Connection) -> None:
        base.execute("BEGIN IMMEDIATE")
        base.executemany(ANOTAR, self._por_volcar[:LOTE])
        borrados = [fila for fila in self._por_volcar[:LOTE] if fila[3] == "borrar"]
        base.executemany(BORRAR_UNO, [(*fila[:3], float(fila[4])) for fila in borrados])
        _podar(base)
        base.execute("COMMIT")
        del self._por_volcar[:LOTE]

    def leer(self, usuario: str, charla: str, cuantos: int) -> "list[Fila]":
        """Lo último de una charla, en orden."""
        self.volcar(todo=True)
        hallado: "list[tuple]" = []
        cuales = campos.comparable(usuario), campos.comparable(charla), cuantos
        if self._en_uso:
            self._ejecutar(lambda base: hallado.extend(base.execute(LEER, cuales).fetchall()))
        return [Fila(TIPOS.get(clase, clase), autor, content, hora, bool(propio), estado,
                     archivo and os.fsdecode(archivo), duracion, cita and json.loads(cita))
                for (autor, clase, content, hora, propio, estado, archivo, duracion, cita)
                in hallado[::-1]]

    def leer_charlas(self, usuario: str, estado: str) -> "set[str]":
        """Las charlas de alguien en que hay algo con ese estado."""
        hallado: "list[tuple]" = []
        cuales = campos.comparable(usuario), estado
        if self._en_uso:
            self._ejecutar(lambda base: hallado.extend(base.execute(CON_ESTADO, cuales).fetchall()))
        return {charla for charla, in hallado}

    def leer_conversaciones(self, usuario: str,
                            cuantas: int) -> "list[tuple[str, str | None, float]]":
        """Las últimas de alguien: su clave, el último que habló sin ser él, y la hora."""
        hallado: "list[tuple]" = []
        if self._en_uso:
            self.volcar(todo=True)
            cuales = campos.comparable(usuario), cuantas
            self._ejecutar(lambda base: hallado.extend(base.execute(CHARLAS, cuales).fetchall()))
        return hallado

    def borrar(self) -> str:
        """Olvidar todas las conversaciones, y lo recibido en ellas, de esta cuenta del equipo.

        También si ahora no se conservan. Devuelve por qué no se pudo, o nada.
        """
        self._por_volcar.clear()
        motivo = self._ejecutar(lambda base: [base.execute(orden).fetchall() for orden in BORRAR],
                                ESPERA_LARGA)
        if not self._en_uso:
            self._soltar()
        try:
            datos.borrar_recibidos()
            for apartado in datos.carpeta_de_datos().glob(APARTADOS):
                apartado.unlink()
            if not motivo:
                self.falla = ""
        except OSError as error:
            motivo = motivo or _explicar(error)
        return motivo and f"No se pudo borrar todo el historial: {motivo}."


def _unificar(base: sqlite3.Connection) -> None:
    if base.execute("PRAGMA user_version").fetchone()[0] < VERSION:
        base.create_function("comparable", 1, campos.comparable)
        base.execute("BEGIN IMMEDIATE")  # otro programa de la persona puede estar haciendo lo mismo
        columnas = {columna[1] for columna in base.execute("PRAGMA table_info(mensajes)")}
        if "cita" not in columnas:
            base.execute("ALTER TABLE mensajes ADD COLUMN cita TEXT")
        base.execute(UNIFICAR)
        base.execute(f"PRAGMA user_version = {VERSION}")
        base.execute("COMMIT")


def _podar(base: sqlite3.Connection) -> None:
    """Olvidar lo más viejo mientras haya de más; poco cada vez, que en otro volcado se sigue."""
    base.execute("DELETE FROM mensajes WHERE numero <= (SELECT max(numero) FROM mensajes) - ?",
                 (MAX_FILAS,))
    for _ in range(PODAS):
        paginas, libres, largo = (base.execute(f"PRAGMA {que}").fetchone()[0]
                                  for que in ("page_count", "freelist_count", "page_size"))
        if (paginas - libres) * largo <= MAX_BASE:
            break
        base.execute("DELETE FROM mensajes WHERE numero < (SELECT min(numero) FROM mensajes) + ?",
                     (LOTE,))


def _explicar(error: Exception) -> str:
    if isinstance(error, OSError):
        return errores.explicar(error)
    return next((motivo for clave, motivo in MOTIVOS.items() if clave in str(error)), str(error))
