"""Lo que el calificador pone dentro de la jaula, junto a la entrega: con qué se lanza un programa y el PyAudio
simulado."""
