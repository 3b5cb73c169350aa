/* NORM (RFC 5740) con libnorm, para ponerlo junto al chat: un programa que envía y uno que recibe.

     norm envia  GRUPO INTERFAZ ID TASA     lee largos, uno por renglón, y envía tantos bytes al azar
     norm recibe GRUPO INTERFAZ ID

   Los dos escriben, por cada envío, «segundos suma»: el reloj monótono al empezar o al tenerlo entero,
   y una suma de los bytes. Lo compila y lo corre puestos.py, en una carpeta temporal; es C, pero
   la cabecera de libnorm sólo la entiende un compilador de C++. */

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <normApi.h>

enum { PUERTO = 6003, BUFER = 8 << 20, TROZO = 1392, BLOQUE = 64, PARIDAD = 64 };

static void contar(const char *bytes, long largo)
{
    struct timespec ahora;
    unsigned long suma = 5381;

    clock_gettime(CLOCK_MONOTONIC, &ahora);
    for (long i = 0; i < largo; i++)
        suma = suma * 33 + (unsigned char) bytes[i];
    printf("%ld.%09ld %lu\n", (long) ahora.tv_sec, ahora.tv_nsec, suma);
    fflush(stdout);
}

static void enviar(NormSessionHandle sesion, double tasa)
{
    long largo;

    NormSetTxRate(sesion, tasa);
    NormSetTxSocketBuffer(sesion, BUFER);
    /* Lo que a NORM le va mejor aquí: con lo que trae por omisión tarda más. */
    NormSetGrttEstimate(sesion, 0.01);
    NormSetGrttProbingMode(sesion, NORM_PROBE_NONE);
    NormSetBackoffFactor(sesion, 0.5);
    NormSetGroupSize(sesion, 30);
    NormStartSender(sesion, 1, BUFER, TROZO, BLOQUE, PARIDAD, 0);
    while (scanf("%ld", &largo) == 1) {
        char *bytes = (char *) malloc(largo);

        for (long i = 0; i < largo; i++)
            bytes[i] = rand();
        contar(bytes, largo);
        NormDataEnqueue(sesion, bytes, largo, NULL, 0);
    }
}

static void recibir(NormInstanceHandle norm, NormSessionHandle sesion)
{
    NormEvent suceso;

    NormSetRxSocketBuffer(sesion, BUFER);
    NormStartReceiver(sesion, BUFER);
    while (NormGetNextEvent(norm, &suceso, true))
        if (suceso.type == NORM_RX_OBJECT_COMPLETED)
            contar(NormDataAccessData(suceso.object), NormObjectGetSize(suceso.object));
}

int main(int cuantos, char **opciones)
{
    NormInstanceHandle norm = NormCreateInstance(false);
    NormSessionHandle sesion = NormCreateSession(norm, opciones[2], PUERTO, atoi(opciones[4]));

    (void) cuantos;
    NormSetMulticastInterface(sesion, opciones[3]);
    NormSetTTL(sesion, 1);
    if (strcmp(opciones[1], "envia") == 0)
        enviar(sesion, atof(opciones[5]));
    else
        recibir(norm, sesion);
    return 0;
}
