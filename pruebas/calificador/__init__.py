"""La maquinaria que califica entregas: véase pruebas/README.md."""
