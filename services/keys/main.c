/* kashimaru-keys: the only holder of case keys. */
#include "keys.h"

int main(int argc, char **argv)
{
    return svc_main(argc, argv, &KEYS);
}
