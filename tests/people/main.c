/* population PEOPLE SEED: a made-up town's records as labelled CSV, for kashimaru match --csv. */
#include <stdlib.h>

#include "people/population.h"

int main(int argc, char **argv)
{
    struct population town = {.records = NULL};
    bool is_good = false;

    if (argc == 3) {
        town = population_make(strtoul(argv[1], NULL, 10), strtoull(argv[2], NULL, 10));
        is_good = town.n && population_csv(&town, stdout);
    }
    population_free(&town);
    return is_good ? 0 : 1;
}
