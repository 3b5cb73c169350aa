"""Un retrato de las ventanas de un programa: lo que hay en ellas en un momento, y cómo encontrar en ello lo que se
busca.

Sólo se mira. Lo escribe retrato.tcl dentro del programa; quien lo pide, y quien pulsa y escribe, es `ventanas`.
"""

import functools
import pathlib
import unicodedata

from calificador import zonas
from calificador.elementos import BOTONES
from calificador.elementos import CAMPOS
from calificador.elementos import DE_CAMPO
from calificador.elementos import MARCOS
from calificador.elementos import ORDENES
from calificador.elementos import Elemento
from calificador.elementos import Mando
from calificador.elementos import accion_de
from calificador.elementos import dice
from calificador.elementos import normalizar

RETRATO = (pathlib.Path(__file__).parent / "retrato.tcl").read_text(encoding="utf-8")
JUNTO = 40  # píxeles entre un rótulo y el campo que tiene a su derecha
ENCIMADO = 60  # píxeles que un campo puede tapar de su rótulo
TAPADO = 0.9  # parte de un marco que otro ha de cubrir para que no se vea
AL_LADO, ENCIMA = 200, 40  # píxeles entre un campo y su rótulo


class Retrato:
    """Lo que había en las ventanas en un momento, y cómo encontrar en ello lo que se busca."""

    def __init__(self, elementos: "list[Elemento]", ventanas):
        self.elementos = elementos
        self.ventanas = ventanas
        self.textos = ventanas.textos
        self._por_ruta = {(uno.programa, uno.ruta): uno for uno in elementos}
        self._pestanas = {
            (uno.programa, ruta): uno for uno in elementos if uno.clase == "TNotebook" for _, ruta in uno.filas
        }
        self._tapados = self._buscar_tapados()
        a_la_mano = [uno for uno in elementos if uno.clase != "Menu" and self._se_alcanza(uno)]
        self._dueno_de_menu = self._buscar_menus(a_la_mano)
        self.alcanzables = a_la_mano + [
            uno for uno in elementos if uno.clase == "Menu" and (uno.programa, uno.ruta) in self._dueno_de_menu
        ]

    def _se_alcanza(self, uno: Elemento) -> bool:
        """Si está a la vista, o lo estaría al elegir su pestaña."""
        rutas = [(uno.programa, ruta) for ruta in _hacia_arriba(uno.ruta)]
        if self._tapados and any(ruta in self._tapados for ruta in rutas):
            return False
        if uno.a_la_vista:
            return True
        if uno.tope and self.ventana_de(uno) is not None and not self.ventana_de(uno).a_la_vista:
            return False
        return any(ruta in self._pestanas for ruta in rutas) and uno.lugar != ""

    def _buscar_tapados(self) -> "set[tuple]":
        """Los marcos que tienen otro encima: con `lift` se cambia de sala, y Tk los da por visibles a todos.

        Los hermanos vienen en el orden en que están apilados, el de encima al final.
        """
        hermanos: dict = {}
        for uno in self.elementos:
            if uno.clase in MARCOS and uno.a_la_vista and uno.ruta != uno.tope:
                hermanos.setdefault((uno.programa, uno.ruta.rpartition(".")[0]), []).append(uno)
        return {uno for juntos in hermanos.values() for uno in _cubiertos(juntos)}

    def _buscar_menus(self, a_la_mano: "list[Elemento]") -> "dict[tuple, Elemento]":
        """Los menús que se pueden abrir, o están abiertos, con el elemento de que cuelgan: una ventana o un botón."""
        duenos: dict = {}
        porver = [(uno, uno.menu) for uno in a_la_mano if uno.menu]
        porver += [
            (self._lo_que_lo_abre(uno), uno.ruta) for uno in self.elementos if uno.clase == "Menu" and uno.a_la_vista
        ]
        while porver:
            dueno, ruta = porver.pop()
            menu = self._por_ruta.get((dueno.programa, ruta))
            if menu is not None and (menu.programa, ruta) not in duenos:
                duenos[menu.programa, ruta] = dueno
                porver += [(dueno, menu.datos[f"m{n}"]) for n in range(len(menu.filas)) if menu.datos.get(f"m{n}")]
        return duenos

    def _lo_que_lo_abre(self, menu: Elemento) -> Elemento:
        """De qué cuelga un menú que está abierto."""
        madre = self.madre(menu)
        while madre is not None and madre.clase == "Menu":
            madre = self.madre(madre)
        return madre or menu

    # ---- lo que es cada cosa

    def madre(self, uno: Elemento) -> "Elemento | None":
        """El elemento que lo contiene."""
        return self._por_ruta.get((uno.programa, uno.ruta.rpartition(".")[0] or "."))

    def ventana_de(self, uno: Elemento) -> "Elemento | None":
        """La ventana en que está."""
        return self._por_ruta.get((uno.programa, uno.tope))

    def titulos(self) -> "list[Elemento]":
        """Las ventanas que están a la vista."""
        return [
            uno
            for uno in self.elementos
            if uno.titulo + uno.ventana and uno.ruta == uno.tope and uno.a_la_vista and uno.clase != "Menu"
        ]

    def dentro(self, zona: Elemento) -> "list[Elemento]":
        """Lo que contiene un elemento, y él mismo; de una ventana, sin las ventanas que sean hijas suyas."""
        prefijo = zona.ruta.rstrip(".") + "."
        return [
            uno
            for uno in self.alcanzables
            if uno == zona or (uno.programa == zona.programa and uno.ruta.startswith(prefijo) and uno.tope == zona.tope)
        ]

    def botones(self, accion: str, zona: "Elemento | None" = None, apagados: bool = False) -> "list[Elemento]":
        """Los botones que dicen una acción, el mejor primero.

        `apagados`: también, al final, los que se encenderán al escribir o elegir.
        """
        donde = self.alcanzables if zona is None else self.dentro(zona)
        hallados = []
        for uno in donde:
            if uno.es_boton and (apagados or uno.encendido):
                dicha, puntos = self.accion_de_boton(uno)
                hallados += [(uno.encendido, puntos, uno)] if dicha == accion else []
        return [uno for *_, uno in sorted(hallados, key=lambda trio: trio[:2], reverse=True)]

    def accion_de_boton(self, boton: Elemento) -> "tuple[str, int]":
        """Lo que dice un botón; uno sin letras, el nombre de su widget."""
        botones = tuple(accion for accion in self.textos if accion not in DE_CAMPO)
        nombre = boton.ruta.rpartition(".")[2].rstrip("0123456789")
        if not normalizar(boton.texto) and nombre in botones:
            return nombre, 3
        return accion_de(boton.texto, self.textos, botones)

    def mandos(self, accion: str, zona: "Elemento | None" = None, apagados: bool = False) -> "list[Mando]":
        """Con qué se hace una cosa: sus botones y, después, las entradas de menú que la dicen."""
        return [Mando(boton) for boton in self.botones(accion, zona, apagados)] + self.menus(accion, zona)

    def mandos_de(self, accion: str, raiz: Elemento, apagados: bool = False) -> "list[Mando]":
        """Los de una zona; si no tiene, los de su ventana; si tampoco, los de cualquiera."""
        ventana = self.ventana_de(raiz)
        return next(filter(None, (self.mandos(accion, donde, apagados) for donde in (raiz, ventana, None))), [])

    def menus(self, accion: str, zona: "Elemento | None" = None) -> "list[Mando]":
        """Las entradas de menú que dicen una acción; las de una zona son las de los menús que cuelgan de ella."""
        acciones = tuple(uno for uno in self.textos if uno not in DE_CAMPO)
        hallados = []
        for (programa, ruta), dueno in self._dueno_de_menu.items():
            menu = self._por_ruta[programa, ruta]
            if zona is not None and not (self.esta_en(dueno, zona) and dueno.tope == zona.tope):
                continue
            for n, (texto, clase) in enumerate(menu.filas):
                if clase in (*ORDENES, "cascade") and accion_de(texto, self.textos, acciones)[0] == accion:
                    hallados.append(Mando(menu, n))
        return hallados

    def entradas(self, menu: Elemento) -> "list[Mando]":
        """Las entradas de un menú que hacen algo."""
        return [Mando(menu, n) for n, (_, clase) in enumerate(menu.filas) if clase in ORDENES]

    def elemento(self, programa: str, ruta: str) -> "Elemento | None":
        """El que está en esa ruta."""
        return self._por_ruta.get((programa, ruta))

    def campos(self, zona: "Elemento | None" = None) -> "list[Elemento]":
        """Donde se puede escribir, de arriba abajo."""
        donde = self.alcanzables if zona is None else self.dentro(zona)
        return sorted((uno for uno in donde if uno.escribible), key=lambda uno: (uno.caja[1], uno.caja[0]))

    def rotulo_de(self, campo: Elemento) -> str:
        """Lo que dice junto a un campo: el texto más cercano a su izquierda o arriba, o dentro mientras está vacío."""
        mejor, cerca = "", 10_000.0
        izquierda, arriba, derecha, abajo = campo.caja
        for uno in self._rotulos:
            rotulo = uno.texto.strip()
            if (
                uno.tope != campo.tope
                or uno.programa != campo.programa
                or not rotulo
                or uno.clase in BOTONES
                or uno == campo
            ):
                continue
            x0, y0, x1, y1 = uno.caja
            al_lado = y0 < abajo and y1 > arriba and x0 < izquierda <= x1 + AL_LADO
            encima = y1 <= arriba + 6 <= y1 + ENCIMA and x0 < derecha and x1 > izquierda
            es_marco = uno.clase in ("Labelframe", "TLabelframe")  # su letrero es de lo que contiene, y de nada más
            contiene = es_marco and campo.ruta.startswith(uno.ruta + ".")
            if es_marco and not contiene:
                continue
            distancia = 30 if contiene else izquierda - x1 if al_lado else (arriba - y1) + 20 if encima else 10_000
            if -ENCIMADO <= distancia < cerca and (contiene or not self._es_de_otro_campo(uno, campo, al_lado)):
                mejor, cerca = rotulo, distancia
        return mejor

    @functools.cached_property
    def _rotulos(self) -> "list[Elemento]":
        """Lo que dice algo y de verdad se ve: en un lienzo que se desplaza, lo que quedó fuera sigue teniendo lugar."""
        lienzos = {(uno.programa, uno.ruta): uno.caja for uno in self.alcanzables if uno.clase == "Canvas"}

        def fuera(uno):
            x, y = (uno.caja[0] + uno.caja[2]) // 2, (uno.caja[1] + uno.caja[3]) // 2
            cajas = (lienzos.get((uno.programa, ruta)) for ruta in _hacia_arriba(uno.ruta)[1:])
            return any(caja and not (caja[0] <= x <= caja[2] and caja[1] <= y <= caja[3]) for caja in cajas)

        return [uno for uno in self.alcanzables if uno.texto.strip() and not (lienzos and fuera(uno))]

    def _es_de_otro_campo(self, rotulo: Elemento, campo: Elemento, al_lado: bool) -> bool:
        """Si un rótulo es de otro campo: del que hay entre los dos, o del que tiene a su derecha si éste está
        debajo."""
        x0, y0, x1, y1 = campo.caja
        izquierda, arriba, derecha, abajo = rotulo.caja
        for otro in self._escribibles:
            a0, b0, a1, b1 = otro.caja
            if otro == campo or otro.tope != campo.tope or otro.programa != campo.programa:
                continue
            en_medio = al_lado and derecha - 4 <= a0 and a1 <= x0 + 4 and b0 < y1 and b1 > y0
            en_medio = en_medio or (not al_lado and abajo - 6 <= b0 and b1 <= y0 + 4 and a0 < x1 and a1 > x0)
            a_su_derecha = not al_lado and derecha - 4 <= a0 <= derecha + JUNTO and b0 < abajo and b1 > arriba
            if en_medio or a_su_derecha:
                return True
        return False

    @functools.cached_property
    def _escribibles(self) -> "list[Elemento]":
        """Los campos de un renglón, también los que sólo dejan elegir."""
        return [uno for uno in self.alcanzables if uno.clase in CAMPOS]

    def papel_de(self, campo: Elemento) -> "tuple[str, int]":
        """Para qué es un campo (nombre, sala, para), por su rótulo, su texto de muestra o el nombre de su widget."""
        nombre = campo.ruta.rpartition(".")[2].rstrip("0123456789")
        if nombre in DE_CAMPO:
            return nombre, 8
        papel, puntos = accion_de(self.rotulo_de(campo), self.textos, DE_CAMPO)
        if not puntos and dice(campo.dicho, self.textos["nombre"] + self.textos["sala"] + self.textos["para"]) == 3:
            papel, puntos = accion_de(campo.dicho, self.textos, DE_CAMPO)[0], 3
            self.ventanas.muestras[campo.programa, campo.ruta] = papel  # al escribir, el texto de muestra se va
        if not puntos and (campo.programa, campo.ruta) in self.ventanas.muestras:
            papel, puntos = self.ventanas.muestras[campo.programa, campo.ruta], 3
        return papel, puntos

    def campo_de(self, papel: str, zona: "Elemento | None" = None) -> "Elemento | None":
        """El campo que es para una cosa."""
        return max(
            (uno for uno in self.campos(zona) if self.papel_de(uno)[0] == papel),
            key=lambda uno: self.papel_de(uno)[1],
            default=None,
        )

    def mostrar(self, uno: Elemento) -> None:
        """Elegir las pestañas que haga falta para que un elemento quede a la vista."""
        for ruta in reversed(_hacia_arriba(uno.ruta)):
            cuaderno = self._pestanas.get((uno.programa, ruta))
            if cuaderno is not None and cuaderno.elegida != ruta:
                self.ventanas.elegir(cuaderno, [pagina for _, pagina in cuaderno.filas].index(ruta))

    # ---- lo que dice

    def textos_de(
        self, zona: "Elemento | None" = None, sin: "tuple[Elemento, ...]" = ()
    ) -> "list[tuple[Elemento, str]]":
        """(elemento, texto) de todo lo que se lee, sin lo que hay en los campos ni en `sin`."""
        donde = self.alcanzables if zona is None else self.dentro(zona)
        return [
            (uno, texto)
            for uno in donde
            if not self._es_campo(uno) and uno.clase != "Menu" and not any(self.esta_en(uno, otro) for otro in sin)
            for texto in uno.textos
        ]

    def _es_campo(self, uno: Elemento) -> bool:
        """Si es para escribir en él.

        Un Text lo es si se envía lo suyo: una conversación también puede haber quedado abierta a las teclas.
        """
        return uno.escribible and (uno.clase != "Text" or uno in self._redactores)

    @functools.cached_property
    def _redactores(self) -> "set[Elemento]":
        return {zona.campo for zona in zonas.buscar_zonas(self)}

    def se_lee(self, texto: str, zona: "Elemento | None" = None) -> "list[tuple[Elemento, str]]":
        """Dónde se lee un texto, sin distinguir cómo se parten los renglones."""
        buscado = _seguido(texto)
        return [(uno, dicho) for uno, dicho in self.textos_de(zona) if buscado in _seguido(dicho)]

    @staticmethod
    def esta_en(uno: Elemento, otro: Elemento) -> bool:
        """Si un elemento es otro o está dentro de él."""
        return uno.programa == otro.programa and (
            uno.ruta == otro.ruta or uno.ruta.startswith(otro.ruta.rstrip(".") + ".")
        )

    def recipiente(self, texto: str, otro: str) -> "Elemento | None":
        """Donde va una conversación: lo más chico que contiene dos cosas dichas en ella, sea un Text o un marco con
        rótulos sueltos.

        Si no se ven juntas, donde se ve una; None si no se ve ninguna.
        """
        lugares, otros = ([lugar for lugar, _ in self.se_lee(dicho)] for dicho in (texto, otro))
        comunes = [self._comun(uno, dos) for uno in lugares for dos in otros]
        return max(
            filter(None, comunes),
            key=lambda uno: uno.ruta.rstrip(".").count("."),
            default=([None] + lugares + otros)[-1],
        )

    def _comun(self, uno: Elemento, otro: Elemento) -> "Elemento | None":
        """Lo más chico que contiene a dos elementos de una misma ventana."""
        candidatos = (self._por_ruta.get((uno.programa, ruta)) for ruta in (*_hacia_arriba(uno.ruta), uno.tope))
        return next(
            (zona for zona in candidatos if zona is not None and zona.tope == otro.tope and self.esta_en(otro, zona)),
            None,
        )

    def parte_de(self, uno: Elemento, charla: Elemento) -> Elemento:
        """Lo más grande que contiene a un elemento de una conversación y no a los demás mensajes: su globo, o él
        mismo."""
        dentro = [ruta for ruta in _hacia_arriba(uno.ruta) if len(ruta) > len(charla.ruta)]
        return self._por_ruta.get((uno.programa, dentro[-1]), uno) if dentro else uno

    def contar_en(self, lugar: Elemento, texto: str) -> int:
        """Cuántas veces se lee un texto en una conversación."""
        buscado = _seguido(texto)
        return sum(_seguido(dicho).count(buscado) for _, dicho in self.textos_de(lugar))

    def describir(self) -> str:
        """Las ventanas en palabras, para el informe."""
        partes = []
        for ventana in self.titulos():
            cosas = [
                f"{uno.clase} «{' / '.join(uno.textos)[:60]}»"
                for uno in self.dentro(ventana)
                if uno.textos or uno.escribible
            ]
            partes.append(f"ventana «{ventana.titulo}»: " + ", ".join(cosas[:25]))
        return "\n".join(partes) or "no hay ninguna ventana a la vista"


def leer_elemento(programa: str, renglon: str) -> Elemento:
    partes = renglon.split(" ")
    datos = {clave: _texto(valor) for clave, valor in zip(partes[::2], partes[1::2])}
    filas = []
    while f"e{len(filas)}" in datos:
        filas.append((datos[f"e{len(filas)}"], datos.get(f"i{len(filas)}", str(len(filas)))))
    return Elemento(programa, datos.get("ruta", ""), datos.get("clase", ""), datos, filas)


def _texto(hexadecimal: str) -> str:
    try:
        crudo = bytes.fromhex(hexadecimal).replace(b"\xc0\x80", b"").decode("utf-8", "surrogatepass")
        return crudo.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # Tcl 8.6 parte los emoji en dos
    except ValueError:
        return ""


def _cubiertos(juntos: "list[Elemento]") -> "list[tuple]":
    """De unos marcos hermanos, los que tienen otro encima.

    Pueden ser cientos, uno por mensaje; `pack`, que los pone uno tras otro, no encima a ninguno de los suyos.
    """
    sueltos = [(k, uno) for k, uno in enumerate(juntos) if uno.lugar != "pack"]
    return [
        (uno.programa, uno.ruta)
        for k, uno in enumerate(juntos)
        if any(
            n > k and _cubre(otro.caja, uno.caja)
            for n, otro in (sueltos if uno.lugar == "pack" else enumerate(juntos))
        )
    ]


def _cubre(encima: tuple, debajo: tuple) -> bool:
    """Si una caja tapa a otra casi entera."""
    ancho = min(encima[2], debajo[2]) - max(encima[0], debajo[0])
    alto = min(encima[3], debajo[3]) - max(encima[1], debajo[1])
    area = (debajo[2] - debajo[0]) * (debajo[3] - debajo[1])
    return area > 0 and ancho > 0 and alto > 0 and ancho * alto >= TAPADO * area


def _seguido(texto: str) -> str:
    return " ".join(unicodedata.normalize("NFC", texto).split())


def _hacia_arriba(ruta: str) -> "list[str]":
    """Una ruta y las de los que la contienen: .a.b.c → .a.b.c, .a.b, .a"""
    partes = ruta.split(".")
    return [".".join(partes[:n]) for n in range(len(partes), 1, -1)]
