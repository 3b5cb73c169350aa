"""Los emoji por su nombre en español: lo que se busca al escribir «:» y el principio.

Son los que se usan en una conversación, con las palabras con que se les llama; todos los de
Unicode serían una biblioteca más, y sus nombres están en inglés.
"""

from ventanas.aspecto import texto_seguro

TABLA = """
😀 sonrisa feliz|😃 alegre contento|😄 feliz sonrisa ojos|😁 dientes sonrisa|😂 risa lágrimas jaja
🤣 carcajada risa|😊 sonrojo amable|🙂 sonrisa leve|😉 guiño|😍 enamorado amor ojos|😘 beso
😎 lentes genial|🤩 estrellas asombro|🤔 duda pensar|🤨 ceja sospecha|😐 neutral serio
😏 pícaro|🙄 fastidio ojos|😬 mueca nervios|😴 sueño dormido|😪 cansado sueño|😷 cubrebocas enfermo
🤒 enfermo fiebre|🤯 explota cabeza|🥳 fiesta celebrar|😭 llanto llorar|😢 triste lágrima
😞 decepción triste|😔 pensativo triste|😟 preocupado|😕 confuso|😮 sorpresa asombro|😱 grito miedo
😳 pena sonrojado|🥺 súplica porfa|😡 enojo rojo|😠 enojado molesto|😤 resopla|🤬 groserías enojo
😈 diablo travieso|💀 calavera muerto|👻 fantasma|🤖 robot|👽 extraterrestre|💩 popó
👍 bien pulgar arriba sí|👎 mal pulgar abajo no|👌 perfecto ok|✌️ paz victoria|🤞 dedos suerte
👏 aplauso bravo|🙌 manos celebrar|🙏 gracias porfavor rezar|💪 fuerza músculo|👋 hola adiós saludo
✋ mano alto|👈 izquierda dedo|👉 derecha dedo|👆 arriba dedo|👇 abajo dedo|🤝 trato acuerdo
👀 ojos mirar|🧠 cerebro|❤️ corazón amor|💔 corazón roto|💙 corazón azul|💚 corazón verde
💛 corazón amarillo|🧡 corazón naranja|💜 corazón morado|🔥 fuego|✨ brillos estrellas|⭐ estrella
💯 cien perfecto|✅ listo palomita hecho|❌ cruz error no|⚠️ aviso cuidado|❓ pregunta duda
❗ exclamación|💡 idea foco|🎉 fiesta confeti|🎂 pastel cumpleaños|🎁 regalo|🏆 trofeo ganar
⚽ futbol balón|🎮 juego videojuego|🎵 música nota|🎧 audífonos música|📷 cámara foto
💻 computadora laptop|🖥️ pantalla monitor|⌨️ teclado|📱 celular teléfono|🔋 batería|🔌 enchufe corriente
📡 antena red|🌐 internet mundo|📶 señal red|🐛 bicho error|🔧 llave herramienta|⚙️ engrane ajustes
🔒 candado cerrado|🔑 llave clave|📎 clip adjunto|📁 carpeta|📄 hoja documento|📝 nota tarea escribir
📚 libros estudiar|🎓 graduación escuela|✏️ lápiz|📅 calendario fecha|⏰ alarma hora|⏳ espera reloj
☕ café|🍕 pizza|🌮 taco|🌯 burrito|🍔 hamburguesa|🍎 manzana|🍺 cerveza|🥤 refresco|🍿 palomitas
🐶 perro|🐱 gato|🐭 ratón|🐢 tortuga lento|🐍 serpiente python|🐧 pingüino linux|🦆 pato|🌵 cactus
🌈 arcoíris|☀️ sol|🌧️ lluvia|⚡ rayo|❄️ nieve frío|🌎 mundo tierra|🚀 cohete|🚗 coche|🚌 camión autobús
🏠 casa|🏫 escuela|🇲🇽 méxico bandera
"""
POR_NOMBRE = [tuple(una.split(" ", 1)) for una in TABLA.replace("\n", "|").split("|") if una]


def buscar(principio: str, cuantos: int) -> "list[tuple[str, str]]":
    """Los emoji alguna de cuyas palabras empieza así, con ellas; antes, por la primera."""
    plegado = texto_seguro.plegar(principio)
    hallados = []
    for emoji, palabras in POR_NOMBRE:
        lugares = [lugar for lugar, una in enumerate(texto_seguro.plegar(palabras).split())
                   if una.startswith(plegado)]
        if lugares:
            hallados.append((lugares[0], emoji, palabras))
    return [(emoji, palabras) for _, emoji, palabras in sorted(hallados, key=lambda uno: uno[0])][
        :cuantos]
