"""Las palabras con que dos personas comparan una identidad en voz alta."""

import hashlib

CUANTAS = 4
VUELTAS = 50_000  # hacer muchas identidades hasta dar con una de las mismas palabras sale muy caro

# 256, una por cada valor de un byte: cosas que se dicen y se oyen sin confundirse.
PALABRAS = """
abeja abril abuelo aceite agua águila ajedrez ajo alfombra algodón alma almeja altura
amapola ancla anillo arado araña árbol arcilla arena armario arpa arroz asa atún avena avión
azúcar bahía balanza balcón ballena bambú banco bandera baño barco barro bastón bosque bota
botella brisa bruja brújula búho burbuja burro caballo cable cabra cacao café caja calabaza
caldo calle camisa campana canción cangrejo canoa caracol carbón carreta carta cebolla
ceniza cereza cerro cesta chile cielo ciervo cine ciruela clavo cobre cochino coco codo
cohete colina collar cometa copa coral corcho corona cráter cuchara cuento cuerda cueva dado
delfín diente dinero disco dragón ducha durazno eco elefante enero erizo escalera escoba
espejo espiga espuma estatua estrella fábrica faro fecha feria flauta flecha flor foca
fogata fresa frijol fruta fuego fuente gallo ganso garza gato girasol globo gorra gota
grillo grúa guante guitarra hacha harina helado helecho hielo hierro higo hilo hoja hongo
hormiga huerta hueso huevo humo iglesia iguana imán isla jabón jarra jaula jirafa joya juego
junio ladrillo lago lana lápiz laurel leche lechuga león leña letra libro limón lince llave
lluvia lobo lodo loro luna lupa madera maíz mango manta mapa marfil martillo máscara melón
mesa miel milpa molino mono moneda montaña mora muela mundo nido nieve noche nube nuez oasis
ojo olivo olla ombligo órgano oso oveja pala palmera paloma pan panal papel pato pera perla
piano piedra pino piña plaza pluma polvo pozo prado puente puerta queso radio rama rana
ratón red reloj remo río roble rosa rueda sandía sapo sartén selva semilla silla
""".split()


def resumir(identidad: bytes) -> str:
    """Cuatro palabras de una identidad: dos distintas no las tienen iguales."""
    resumen = hashlib.pbkdf2_hmac("sha256", identidad, b"palabras", VUELTAS, CUANTAS)
    return " ".join(PALABRAS[byte] for byte in resumen)
