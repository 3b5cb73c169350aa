"""El cortafuegos de este equipo: si está activo y con qué orden deja pasar al chat.

Sólo se mira lo que se puede saber sin ser administrador, y no se cambia nada: la orden se
muestra, y la corre la persona.
"""

import shutil
import subprocess
import sys

from equipo.sistema import INTERPRETE

DE_MACOS = "/usr/libexec/ApplicationFirewall/socketfilterfw"
PLAZO = 3.0  # s para una orden del sistema


def nombre_del_activo() -> str:
    """El nombre del cortafuegos que está activo; "" si no lo hay o no se puede saber."""
    if sys.platform == "win32":
        dicho = _correr("netsh", "advfirewall", "show", "currentprofile", "state")
        # En inglés dice ON u OFF; en español, ACTIVAR o DESACTIVAR.
        return "el de Windows" if {"ON", "ACTIVAR"} & set(dicho.upper().split()) else ""
    if sys.platform == "darwin":
        return "el de macOS" if "enabled" in _correr(DE_MACOS, "--getglobalstate") else ""
    if shutil.which("firewall-cmd") and _correr("firewall-cmd", "--state").strip() == "running":
        return "firewalld"
    en_marcha = _correr("systemctl", "is-active", "ufw").strip() == "active"
    return "ufw" if en_marcha and _esta_habilitado_ufw() else ""


def orden_para_abrir(puerto: int, activo: str = "") -> str:
    """La orden exacta que deja entrar los datagramas del chat en este sistema."""
    if sys.platform == "win32":
        # Quien pulsa «Cancelar» en la pregunta de Windows deja una regla que bloquea a este
        # Python, y puede más que cualquiera que permita.
        regla = f'name="Chat UDP {puerto}" dir=in action=allow protocol=UDP localport={puerto}'
        return ("En una consola de administrador, los dos renglones:\n"
                f'netsh advfirewall firewall delete rule name=all dir=in program="{INTERPRETE}"\n'
                f"netsh advfirewall firewall add rule {regla}")
    if sys.platform == "darwin":
        return f"sudo {DE_MACOS} --add {INTERPRETE} --unblockapp {INTERPRETE}"
    if activo == "firewalld" or (not activo and shutil.which("firewall-cmd")):
        abrir = f"sudo firewall-cmd --permanent --add-port={puerto}/udp"
        return f"{abrir} && sudo firewall-cmd --reload"
    if activo == "ufw" or shutil.which("ufw"):
        return f"sudo ufw allow {puerto}/udp"
    return f"sudo iptables -I INPUT -p udp --dport {puerto} -j ACCEPT"


def explicar_aislamiento(puerto: int) -> str:
    """Qué puede pasar, y cómo se remedia, cuando no se oye a ningún otro equipo."""
    return ("Todavía no se oye a ningún otro equipo. Si los hay, el cortafuegos de éste no los "
            f"deja entrar: {orden_para_abrir(puerto, nombre_del_activo())}")


def _esta_habilitado_ufw() -> bool:
    try:
        with open("/etc/ufw/ufw.conf", encoding="utf-8") as archivo:
            return "ENABLED=yes" in archivo.read()
    except OSError:
        return False


def _correr(*orden: str) -> str:
    try:
        hecho = subprocess.run(orden, capture_output=True, timeout=PLAZO, stdin=subprocess.DEVNULL)
        return hecho.stdout.decode("utf-8", "replace")
    except (OSError, subprocess.TimeoutExpired):
        return ""
