"""Lo que usan las pruebas para representar el chat y el laboratorio de verdad."""
