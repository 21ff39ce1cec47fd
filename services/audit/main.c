/* kashimaru-audit: the history of cases. */
#include "audit.h"

int main(int argc, char **argv)
{
    return svc_main(argc, argv, &AUDIT);
}
