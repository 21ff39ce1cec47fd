/* kashimaru-referral: つなぎ. `--rules` prints the transition table and the routing rules. */
#include <string.h>

#include "print_rules.h"
#include "referral.h"

int main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--rules") == 0)
        return print_rules();
    return svc_main(argc, argv, &REFERRAL);
}
